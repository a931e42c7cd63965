"""A fetch by the guarded fetcher from a server on this machine, and the code of one that fails."""

from __future__ import annotations

from datetime import timedelta

import pytest

from credenza.adapters.fetch import GuardedFetch
from credenza.errors import CredenzaError

JSON = ("application/json",)


def fetch(url, *, accept=JSON, maximum_bytes=10_000, maximum_age=None, **settings):
    settings.setdefault("allow_loopback", True)
    settings.setdefault("timeout", timedelta(seconds=5))
    return GuardedFetch(**settings)(url, accept=accept, maximum_bytes=maximum_bytes, maximum_age=maximum_age)


def code_of(url, **settings):
    with pytest.raises(CredenzaError) as error:
        fetch(url, **settings)
    return error.value.code
