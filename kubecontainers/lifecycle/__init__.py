"""Lifecycle: hooks, how containers and pods are stopped, how they come back, and what a pod's status says."""
