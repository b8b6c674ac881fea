"""Tooling: what `make` calls. Modules that run before the virtual environment exists use the standard library alone."""
