"""What Kubernetes' rules inherit from Go's library, each part small and exact."""
