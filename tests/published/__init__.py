"""Published models, rebuilt from their published inputs: dated costs and health, nothing discounted."""
