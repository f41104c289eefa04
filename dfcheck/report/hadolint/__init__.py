"""Hadolint's own report formats, so that what reads its output goes on working.

Names of keys, levels and places of values are hadolint's 2.15. Columns are the true ones where hadolint says 1, and
a syntax error is told as hadolint tells one, as `DL1000`.
"""
