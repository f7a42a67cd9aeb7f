"""Text: documents in JSON and YAML, where it comes from and where it goes."""
