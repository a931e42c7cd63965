"""PostgreSQL as Django speaks to it, without asking before each request whether a connection that just answered is there.

What is large is compressed by LZ4 where the server has it: a tenth of the time of PostgreSQL's own, and no larger.

Django's own check costs a question for each request. Here a connection that answered within the last second is taken as there:
should the database have gone away in that second, the request fails as one in flight would, with 503 and "try again", and
the connection is made anew.
"""

from __future__ import annotations

import time

from django.db.backends.postgresql import base

ANSWERED_WITHIN = 1.0
_COMPRESSION = """SELECT set_config(name, 'lz4', false) FROM pg_settings
    WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)"""


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that remembers when it last answered."""

    _answered_at = 0.0

    def is_usable(self) -> bool:
        """Whether the connection works: asked, but for one that answered a moment ago and has had no error since."""
        if not self.errors_occurred and time.monotonic() - self._answered_at < ANSWERED_WITHIN:
            return True
        usable = super().is_usable()
        self._answered_at = time.monotonic() if usable else 0.0
        return bool(usable)

    def init_connection_state(self) -> None:
        super().init_connection_state()
        with self.connection.cursor() as cursor:
            cursor.execute(_COMPRESSION)
        if not self.get_autocommit():
            self.connection.commit()
