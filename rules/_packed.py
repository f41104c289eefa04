"""Nothing: where Python would keep the byte code of this file, dfcheck keeps that of all rules.

Whoever removes the package removes it, too, since it goes by the name of this file. See `dfcheck.lint.packed`.
"""
