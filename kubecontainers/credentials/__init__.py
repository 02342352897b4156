"""Registry credentials: docker config files, registry patterns, keyrings, pull secrets, credential providers."""
