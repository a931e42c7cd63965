"""German, with the time zone said."""
