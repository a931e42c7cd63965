"""Questions that Django writes once: they find what its own way finds, each time, in every thread."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import CharField

from credenza.service.accounts.models import Organisation
from credenza.service.catalogue.models import Definition
from credenza.service.prepared import Prepared, Slot


def organisations(*slugs):
    return [
        Organisation.objects.create(slug=one, name=f"University {one}", country="IE", record={"id": f"did:web:{one}"})
        for one in slugs
    ]


def by_slug():
    return Prepared(
        lambda: Definition.objects.select_related("organisation").filter(organisation__slug=Slot("slug", CharField()))
    )


@pytest.mark.django_db
def test_a_question_that_is_asked_again_finds_what_its_new_value_says():
    one, other = organisations("one", "other's")
    made = {each.slug: Definition.objects.create(organisation=each) for each in (one, other)}
    question = by_slug()
    for slug in ("one", "other's", "one"):
        found = question.first(slug=slug)
        assert found == made[slug]
        assert found.created_at == made[slug].created_at
        with pytest.raises(AssertionError), unasked():
            found.versions.first()
        with unasked():
            assert found.organisation.record == {"id": f"did:web:{slug}"}
    assert question.first(slug="nobody") is None


@pytest.mark.django_db(transaction=True)
def test_a_question_is_asked_by_many_threads():
    for each in organisations(*"abcdefgh"):
        Definition.objects.create(organisation=each)
    question = by_slug()

    def ask(slug):
        try:
            return question.first(slug=slug).organisation.slug
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(ask, "abcdefgh" * 4)) == list("abcdefgh" * 4)


def unasked():
    def refuse(*_):
        raise AssertionError("the database was asked")

    return connection.execute_wrapper(refuse)
