"""The sections of a report, a module each.

A section has ``ORDER`` and ``examine``, as ``report.Section`` says. It phrases what the concept rooms answer and computes nothing itself.
"""
