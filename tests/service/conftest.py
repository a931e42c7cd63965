"""Tests of the web service: what they share with the browser tests is in ``service_fixtures``."""

import pytest
from service_fixtures import *  # noqa: F403


@pytest.fixture(autouse=True)
def no_limits_from_other_tests():
    """What other tests asked for does not count against this one's limits."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(autouse=True)
def no_language_of_other_tests():
    """A page that was asked for in German leaves its thread speaking German."""
    from django.utils import translation

    translation.deactivate_all()
    translation.activate("en")
