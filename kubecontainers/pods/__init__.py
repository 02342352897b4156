"""A pod as the API server stores it: the concept rooms' defaults and rules, put together."""
