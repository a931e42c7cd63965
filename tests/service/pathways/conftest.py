"""An institution with a pathway from small micro-credentials to a larger one."""

from pathway_fixtures import *  # noqa: F403
