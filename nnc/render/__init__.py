"""Results to text. The only place that rounds."""
