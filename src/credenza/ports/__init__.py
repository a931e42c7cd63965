"""What the roles need from outside, as Protocols whose docstrings are the contracts. Adapters fulfil them."""

from credenza.ports.clock import Clock
from credenza.ports.fetch import Fetch, Fetched

__all__ = ["Clock", "Fetch", "Fetched"]
