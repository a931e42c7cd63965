"""The issuing ledger in a SQLite file beside the issuer's keys: what was reserved, issued, revoked, and where."""

from __future__ import annotations

import json
import secrets
import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from credenza.errors import Conflict, MalformedInput
from credenza.ports.issuing import Claimed, Reservation, StatusEntry
from credenza.record import StatusPurpose
from credenza.status.allocation import Allocator

_SCHEMA = """
CREATE TABLE IF NOT EXISTS credential (
    id TEXT PRIMARY KEY,
    definition TEXT NOT NULL,
    content TEXT NOT NULL,
    issued TEXT NOT NULL,
    list_number INTEGER NOT NULL,
    place INTEGER NOT NULL,
    formats TEXT NOT NULL DEFAULT '',
    origin TEXT NOT NULL DEFAULT '',
    revoked TEXT,
    suspended TEXT,
    UNIQUE (list_number, place)
);
CREATE TABLE IF NOT EXISTS learner (
    definition TEXT NOT NULL,
    learner_key TEXT NOT NULL,
    credential TEXT NOT NULL REFERENCES credential (id),
    PRIMARY KEY (definition, learner_key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS allocation (id INTEGER PRIMARY KEY CHECK (id = 1), state TEXT NOT NULL);
"""


class SqliteLedger:
    """An ``IssuingLedger`` in one file; one process writes at a time, a second waits for it."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, timeout=60, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.executescript(_SCHEMA)
        if "origin" not in {row[1] for row in self._connection.execute("PRAGMA table_info(credential)")}:
            self._connection.execute("ALTER TABLE credential ADD COLUMN origin TEXT NOT NULL DEFAULT ''")

    def close(self) -> None:
        self._connection.close()

    def reserve(
        self, definition_id: str, claims: Sequence[Claimed], *, issued: datetime, origin: str = ""
    ) -> list[Reservation]:
        with self._transaction() as connection:
            allocator, chance = self._allocator(connection), _Chance(len(claims))
            wanted = _Wanted(definition_id, issued.astimezone(UTC).replace(microsecond=0), origin)
            reservations = [self._one(connection, allocator, chance, wanted, claim) for claim in claims]
            state = json.dumps(allocator.to_state())
            connection.execute("INSERT OR REPLACE INTO allocation VALUES (1, ?)", (state,))
        return reservations

    def finish(self, done: Iterable[tuple[str, Iterable[str]]]) -> None:
        with self._transaction() as connection:
            for credential_id, formats in done:
                row = connection.execute("SELECT formats FROM credential WHERE id = ?", (credential_id,)).fetchone()
                merged = " ".join(sorted({*row[0].split(), *formats}))
                connection.execute("UPDATE credential SET formats = ? WHERE id = ?", (merged, credential_id))

    def set_status(self, credential_id: str, purpose: StatusPurpose, value: bool, *, at: datetime) -> None:
        with self._transaction() as connection:
            row = connection.execute("SELECT revoked FROM credential WHERE id = ?", (credential_id,)).fetchone()
            if row is None:
                raise MalformedInput("credential-unknown", f"This issuer never issued {credential_id}.")
            if row[0] is not None:
                raise Conflict("credential-revoked", "The credential is revoked already, and a revocation is for good.")
            column = "revoked" if purpose is StatusPurpose.REVOCATION else "suspended"
            moment = at.isoformat() if value else None
            connection.execute(f"UPDATE credential SET {column} = ? WHERE id = ?", (moment, credential_id))  # noqa: S608

    def statuses(self) -> Iterator[StatusEntry]:
        query = "SELECT id, list_number, place, revoked, suspended FROM credential ORDER BY list_number, place"
        with closing(self._connection.execute(query)) as cursor:
            for identifier, number, place, revoked, suspended in cursor:
                yield StatusEntry(identifier, number, place, revoked is not None, suspended is not None)

    def status_length(self) -> int:
        """The entries of one status list."""
        return self._allocator(self._connection).length

    def _transaction(self) -> _Transaction:
        return _Transaction(self._connection)

    @staticmethod
    def _allocator(connection: sqlite3.Connection) -> Allocator:
        row = connection.execute("SELECT state FROM allocation WHERE id = 1").fetchone()
        return Allocator.from_state(json.loads(row[0])) if row else Allocator()

    @staticmethod
    def _one(
        connection: sqlite3.Connection,
        allocator: Allocator,
        chance: _Chance,
        wanted: _Wanted,
        claim: Claimed,
    ) -> Reservation:
        marks = ",".join("?" * len(claim.learner_keys))
        row = connection.execute(
            "SELECT c.id, c.issued, c.list_number, c.place, c.formats, c.content, c.origin FROM learner l"  # noqa: S608 - no value is in it
            f" JOIN credential c ON c.id = l.credential WHERE l.definition = ? AND l.learner_key IN ({marks})"
            " AND c.revoked IS NULL",
            (wanted.definition_id, *claim.learner_keys),
        ).fetchone()
        if row is None:
            return _insert(connection, allocator, chance, wanted, claim)
        identifier, when, number, place, formats, content, origin = row
        done = frozenset(formats.split())
        now = (claim.content, wanted.origin)
        if (content, origin) != now and not done:  # reserved, never written: what is right now may still replace it
            connection.execute("UPDATE credential SET content = ?, origin = ? WHERE id = ?", (*now, identifier))
            content, origin = now
        altered = origin not in ("", wanted.origin)  # ledgers of before do not say it
        moment = datetime.fromisoformat(when)
        return Reservation(identifier, moment, number, place, done, content != claim.content, altered)


@dataclass(frozen=True)
class _Wanted:
    """What the credentials of one call have in common."""

    definition_id: str
    issued: datetime
    origin: str


def _insert(
    connection: sqlite3.Connection,
    allocator: Allocator,
    chance: _Chance,
    wanted: _Wanted,
    claim: Claimed,
) -> Reservation:
    identifier = f"urn:uuid:{uuid.UUID(bytes=chance.take(16), version=4)}"
    place = allocator.allocate(chance.below)
    definition, moment, origin = wanted.definition_id, wanted.issued, wanted.origin
    connection.execute(
        "INSERT INTO credential (id, definition, content, issued, list_number, place, origin)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (identifier, definition, claim.content, moment.isoformat(), place.list_number, place.index, origin),
    )
    connection.executemany(
        "INSERT OR REPLACE INTO learner VALUES (?, ?, ?)",
        [(definition, key, identifier) for key in claim.learner_keys],
    )
    return Reservation(identifier, moment, place.list_number, place.index, frozenset())


class _Chance:
    """Random bytes of the system, fetched for many claims at once; each is used once."""

    def __init__(self, claims: int) -> None:
        self._at_once, self._bytes, self._next = 24 * max(1, claims), b"", 0

    def take(self, count: int) -> bytes:
        if self._next + count > len(self._bytes):
            self._bytes, self._next = secrets.token_bytes(self._at_once), 0
        self._next += count
        return self._bytes[self._next - count : self._next]

    def below(self, limit: int) -> int:
        """As ``secrets.randbelow``: numbers that are too large are drawn again, so that each is as likely."""
        bits = (limit - 1).bit_length()
        while (number := int.from_bytes(self.take(4)) >> (32 - bits)) >= limit:
            pass
        return number


class _Transaction:
    """Begin at once as the writer, commit at the end, roll back on any error."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> sqlite3.Connection:
        self._connection.execute("BEGIN IMMEDIATE")
        return self._connection

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._connection.execute("COMMIT" if kind is None else "ROLLBACK")
