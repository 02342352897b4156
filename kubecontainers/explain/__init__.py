"""The concepts put together for a person: one report over manifests, as text or JSON."""
