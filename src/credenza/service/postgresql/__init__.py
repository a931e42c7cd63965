"""The database backend for PostgreSQL (``databases`` names it)."""
