"""The command line: from argument lists to calls, one verb a module."""
