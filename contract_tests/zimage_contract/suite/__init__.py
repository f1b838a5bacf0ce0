"""The checks as tests: `pytest --pyargs zimage_contract.suite --gateway-url URL`."""
