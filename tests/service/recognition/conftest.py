"""A recognition desk, and a learner whose wallet holds an award of another institution."""

from jobs_fixtures import *  # noqa: F403
from recognition_fixtures import *  # noqa: F403
