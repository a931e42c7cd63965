"""Limits hold however many processes answer, and nothing of whoever asked is kept."""

import threading

import pytest
from django.db import connection

from credenza.service.databases import cache, database
from credenza.service.verification.models import RequestCount
from credenza.service.verification.rate_limits import counted_together, over_limit


@pytest.mark.django_db
def test_the_request_after_the_last_allowed_one_is_over_the_limit():
    answers = [over_limit("scan", "192.0.2.1", a_minute=3) for _ in range(4)]
    assert answers == [False, False, False, True]
    assert not over_limit("scan", "192.0.2.2", a_minute=3)
    assert not over_limit("verify", "192.0.2.1", a_minute=3)


@pytest.mark.django_db
def test_what_is_counted_together_is_forgotten_minutes_later_and_names_nobody():
    counted_together("scan:digest:1000", 1000)
    assert counted_together("scan:digest:1000", 1000) == 2
    counted_together("scan:digest:1003", 1003)
    assert [one.minute for one in RequestCount.objects.all()] == [1003]


@pytest.mark.django_db(transaction=True)
def test_all_who_count_at_the_same_moment_are_counted():
    seen = []

    def count() -> None:
        try:
            for _ in range(20):
                seen.append(counted_together("scan:digest:2000", 2000))
        finally:
            connection.close()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(seen) == list(range(1, 81))


def test_processes_beside_each_other_share_the_cache_in_postgresql():
    assert cache(database("postgresql:///credenza"))["BACKEND"].endswith("DatabaseCache")
    assert cache(database("sqlite:///credenza.sqlite3"))["BACKEND"].endswith("LocMemCache")
