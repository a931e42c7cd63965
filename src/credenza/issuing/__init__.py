"""The issuer's role: awards from rows, sealed in every format, and the status lists that say what still stands."""
