"""What all platforms share: the contract, the registry, one HTTP client and webhook signing."""
