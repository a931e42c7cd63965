"""Places in status lists that a process takes in advance."""

import threading

import pytest
from django.db import connections, transaction

from credenza.service.issuance import places


@pytest.mark.django_db(transaction=True)
def test_one_by_one_no_place_is_given_twice_and_the_list_is_seldom_written(organisation):
    taken, lock = [], threading.Lock()

    def take():
        for _ in range(40):
            place = places.take_one(organisation)
            with lock:
                taken.append((place.list_number, place.index))
        connections.close_all()

    threads = [threading.Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    in_bulk = [(one.list_number, one.index) for one in places.take(organisation, 50)]
    assert len({*taken, *in_bulk}) == 170
    assert organisation.status_lists.get().count <= 120 + 50 + 32


@pytest.mark.django_db(transaction=True)
def test_what_a_transaction_took_and_undid_is_not_kept_for_others(organisation):
    with transaction.atomic():
        places.take_one(organisation)
        transaction.set_rollback(True)
    assert not organisation.status_lists.exists()
    place = places.take_one(organisation)
    used = bytes(organisation.status_lists.get().used)
    assert used[place.index // 8] >> place.index % 8 & 1
