"""Credential providers of a kubelet: their configuration, what is said to their plugins, and what is remembered of the answers."""
