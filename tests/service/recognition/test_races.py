"""Two people act on one case at once: one wins, the other is told."""

from __future__ import annotations

import threading

import pytest
from django.db import connections

from credenza.errors import CredenzaError
from credenza.recognition import case_events as events
from credenza.service.accounts import audit
from credenza.service.recognition import applying, casework
from credenza.service.recognition.models import Case, Desk

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*doing):
    """Do things in threads that begin together; the state that each led to, or the code of its refusal."""
    start, outcomes = threading.Barrier(len(doing)), [None] * len(doing)

    def run(place, function):
        start.wait()
        try:
            outcomes[place] = function().state
        except CredenzaError as error:
            outcomes[place] = error.code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, one)) for place, one in enumerate(doing)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_of_two_evaluators_who_take_a_case_one_wins(case, make_evaluator):
    people = [make_evaluator("one@example.org"), make_evaluator("two@example.org")]
    seen = case.edition

    def take(person):
        event = events.StartAssessment(by=str(person.pk))
        return lambda: casework.take(casework.get(case.pk), event, actor=person, edition=seen)

    assert sorted(at_once(*map(take, people))) == ["case-changed", "under-assessment"]


def test_of_two_decisions_on_an_appeal_one_is_made_and_sealed(case, make_evaluator, decision):
    Desk.objects.update(second_reading="never")
    Case.objects.update(core=case.core | {"policy": {"second_reading": "never", "months": 4}})
    first, *board = [make_evaluator(f"{name}@example.org") for name in ("first", "one", "two")]

    def take(event, actor):
        now = casework.get(case.pk)
        return casework.take(now, event, actor=actor, edition=now.edition)

    take(events.StartAssessment(by=str(first.pk)), first)
    take(events.Propose(by=str(first.pk), decision=decision("partial", by=first)), first)
    appealed = take(events.Appeal(by="applicant", grounds="Look again."), None)

    def decide(person):
        event = events.DecideAppeal(by=str(person.pk), decision=decision("full", by=person))
        return lambda: casework.take(casework.get(case.pk), event, actor=person, edition=appealed.edition)

    assert sorted(at_once(*map(decide, board))) == ["case-changed", "decided-on-appeal"]
    standing = case.organisation.awards.filter(revoked_at=None)
    assert standing.count() == 1
    assert list(audit.broken_links(case.organisation)) == []


def test_of_two_applications_for_the_same_one_is_kept(learner, held, requirement, all_fields):
    apply = lambda: applying.apply(learner, held, requirement, all_fields)  # noqa: E731
    assert sorted(at_once(apply, apply)) == ["received", "recognition-asked"]
    assert Case.objects.count() == 1
