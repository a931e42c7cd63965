"""Drawings of certificates and badges, in Typst."""
