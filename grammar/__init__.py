"""The grammars, one `.lark` file a concern; compiled into `dfcheck.syntax.tables`."""
