"""Linting: rules, settings, suppression and the engine that runs them."""
