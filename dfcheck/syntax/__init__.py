"""Syntax: from bytes to the typed tree of a Dockerfile."""
