"""Text to core objects: the only place that opens files."""
