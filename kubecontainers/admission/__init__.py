"""Admission, put together for a webhook: the steps, the chain of them, AdmissionReview, JSON Patch."""
