"""What the tests of issuing share: a class list in memory; jobs and mail are in ``jobs_fixtures``."""

from __future__ import annotations

import pytest
from jobs_fixtures import *  # noqa: F403

HEADER = "First name,Surname,dob,E-Mail,Mark"


@pytest.fixture
def class_list():
    """Makes a class list as CSV: ``class_list(40)``, or of given lines."""

    def make(rows: int = 3, *lines: str) -> bytes:
        made = [f"Ana {number},Pérez,1999-02-{number % 28 + 1:02},ana{number}@example.org,B" for number in range(rows)]
        return "\n".join([HEADER, *made, *lines]).encode()

    return make
