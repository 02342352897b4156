"""What a container sees: its environment variables, and the names that it and its services go by."""
