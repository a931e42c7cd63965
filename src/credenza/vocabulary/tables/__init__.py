"""The tables of the vocabularies, made by scripts/make_vocabulary_tables.py."""
