"""Rules of Example Ltd; dfcheck walks this package when settings say `plugins = ["example"]`."""
