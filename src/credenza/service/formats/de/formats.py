"""The time of day with its zone, which is that of the server and not of the reader; the rest as Django has it."""

DATETIME_FORMAT = "j. F Y, H:i e"
SHORT_DATETIME_FORMAT = "j. M Y, H:i"
