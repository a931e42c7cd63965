"""Credenza: one record of what was learned, many sealed documents, one report on any of them."""

__version__ = "0.1.0"
