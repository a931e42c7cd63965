"""Places in status lists: random, each once, handed out under a lock (see ``status.allocation``)."""

from __future__ import annotations

import secrets
import threading
from uuid import UUID

from django.db import connection, transaction

from credenza.service.accounts.locks import lock
from credenza.service.accounts.models import Organisation
from credenza.service.issuance.models import StatusList
from credenza.status.allocation import DEFAULT_FILL, DEFAULT_LENGTH, Place

_IN_ADVANCE = 32
_ready: dict[UUID, list[Place]] = {}
_lock = threading.Lock()


def take(organisation: Organisation, how_many: int) -> list[Place]:
    """Unused places, taken for good; within the caller's transaction, which holds the list's lock until it ends."""
    taken: list[Place] = []
    with transaction.atomic():
        lock(organisation)
        while len(taken) < how_many:
            taken += _from(_open_list(organisation), how_many - len(taken))
    return taken


def take_one(organisation: Organisation) -> Place:
    """One unused place, from a few that this process has taken in advance: one write for many awards.

    Within a transaction of the caller's, which may be undone, it is taken there and then. What is not used when the
    process ends stays unused, which does no harm.
    """
    if connection.in_atomic_block:
        return take(organisation, 1)[0]
    with _lock:
        ready = _ready.setdefault(organisation.pk, [])
        if not ready:
            ready += take(organisation, _IN_ADVANCE)
        return ready.pop()


def _open_list(organisation: Organisation) -> StatusList:
    newest = organisation.status_lists.order_by("-number").first()
    if newest is not None and newest.count < int(newest.length * DEFAULT_FILL):
        return newest
    number = 0 if newest is None else newest.number + 1
    return begin_list(organisation, number)


def begin_list(organisation: Organisation, number: int) -> StatusList:
    """A list of this number in which no place is taken; the newest is the one from which places are taken."""
    return StatusList.objects.create(organisation=organisation, number=number, used=bytes(DEFAULT_LENGTH // 8))


def _from(status_list: StatusList, how_many: int) -> list[Place]:
    used = bytearray(status_list.used)
    room = int(status_list.length * DEFAULT_FILL) - status_list.count
    taken: list[Place] = []
    while len(taken) < min(how_many, room):
        index = secrets.randbelow(status_list.length)
        byte, bit = divmod(index, 8)
        if not used[byte] >> bit & 1:
            used[byte] |= 1 << bit
            taken.append(Place(status_list.number, index))
    status_list.used, status_list.count = bytes(used), status_list.count + len(taken)
    status_list.save(update_fields=["used", "count"])
    return taken
