"""Report formats: one module each, from a report to text."""
