"""A connection to PostgreSQL that goes away is noticed and made anew."""

import pytest
from django.db import OperationalError, connection

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="of PostgreSQL alone"),
]


def number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def end(process: int) -> None:
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
    other.close()


def test_a_connection_that_answered_a_moment_ago_is_not_asked_again():
    connection.ensure_connection()
    connection._answered_at = 0.0
    assert connection.is_usable()
    end(number())
    assert connection.is_usable(), "for a moment it is taken as there"
    connection._answered_at = 0.0
    assert not connection.is_usable()
    connection.close()


def test_after_an_error_the_very_next_request_has_a_new_connection():
    before = number()
    assert connection.is_usable()
    end(before)
    with pytest.raises(OperationalError):
        number()
    assert connection.errors_occurred
    connection.close_if_unusable_or_obsolete()
    assert number() != before
