"""Scheduling: tolerations and taints, node selectors, which nodes can take a pod, and what it requests of them."""
