"""Say whether a gateway, live or mock, keeps the contract, and exactly where it departs."""
