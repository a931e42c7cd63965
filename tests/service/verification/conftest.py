"""What the tests of verification share: a worker at work, as in ``jobs_fixtures``."""

from jobs_fixtures import *  # noqa: F403
