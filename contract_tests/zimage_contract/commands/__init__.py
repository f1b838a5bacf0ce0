"""The commands of `zimage-contract`, a module for each; `zimage_contract.cli` puts them together."""
