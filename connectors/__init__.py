"""Platforms. Each speaks the contract in `connectors.kit.contract` and knows nothing of the inbox."""
