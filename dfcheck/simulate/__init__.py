"""Simulation: what a build makes, told without building."""
