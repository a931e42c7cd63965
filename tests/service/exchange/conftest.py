"""What the tests of transfers share."""

from transfer_fixtures import *  # noqa: F403
