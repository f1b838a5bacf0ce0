"""A gateway that keeps the contract, written apart from the mock, and many that break it in one way each."""
