"""Measurements against peers in the same run: ``make bench`` prints them. Nothing here is a test."""
