"""Version 1 of the JSON API: one file for each kind of thing, and what they take and give in ``bodies`` and ``answers``."""
