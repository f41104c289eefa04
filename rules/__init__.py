"""The rules, one module each; the registry walks this package."""
