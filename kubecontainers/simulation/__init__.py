"""Simulation: a kubelet on a virtual clock, and the timeline of what it did."""
