"""A recognition desk, and a learner whose wallet holds an award of another institution."""

import pytest
from django.test import Client
from jobs_fixtures import *  # noqa: F403
from recognition_fixtures import *  # noqa: F403


@pytest.fixture
def desk(evaluator):
    """The browser of the desk's evaluator."""
    client = Client()
    client.force_login(evaluator)
    return client
