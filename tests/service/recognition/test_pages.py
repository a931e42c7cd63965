"""The pages of learners and evaluators, and that nobody gets at what belongs to others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from credenza.service.accounts.models import Membership
from credenza.service.issuance import status
from credenza.service.recognition import casework
from credenza.service.recognition.models import Case

pytestmark = pytest.mark.django_db


def as_user(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def ana(learner):
    return as_user(learner)


def base(case):
    return f"/console/institute/recognition/cases/{case.pk}"


def edition(case):
    return casework.get(case.pk).edition


def test_a_learner_finds_an_institution_and_applies_with_chosen_fields(ana, held, requirement):
    assert b"Introduction to data" in ana.get(f"/recognition?c={held.pk}").content
    assert b"EQF level 6" in ana.get(f"/recognition/{requirement.pk}?c={held.pk}").content
    assert b"What may they see?" in ana.get(f"/recognition/{requirement.pk}/ask?c={held.pk}").content
    sent = {"c": held.pk, "field": ["learning_outcomes", "birth_date", "level", "x"]}
    answer = ana.post(f"/recognition/{requirement.pk}/ask", sent)
    made = Case.objects.get()
    assert answer.url == f"/recognition/cases/{made.pk}"
    assert "workload" not in made.shown
    assert "x" not in made.shown
    page = ana.get(answer.url).content.decode()
    assert "A decision is due by" in page
    assert b"Example Institute" in ana.get("/recognition/cases").content


def test_anyone_sees_what_is_asked_and_a_closed_desk_is_not_there(client, requirement, institute):
    assert client.get("/recognition").status_code == 200
    assert client.get(f"/recognition/{requirement.pk}").status_code == 200
    institute.recognition_desk.is_open = False
    institute.recognition_desk.save()
    assert client.get(f"/recognition/{requirement.pk}").status_code == 404


@pytest.mark.parametrize("named", ["", "x", "00000000-0000-0000-0000-00000000000g", "' or 1=1 --" + "-" * 25])
def test_a_credential_that_is_named_wrongly_leads_back(ana, requirement, named):
    assert ana.get(f"/recognition/{requirement.pk}/ask", {"c": named}).status_code == 302


def test_a_file_is_brought_along_for_recognition(ana, award, requirement, make_user):
    from credenza.service.issuance.documents import document

    file = SimpleUploadedFile("badge.json", document(award, "open-badge").data)
    first = ana.post(f"/recognition/{requirement.pk}/bring", {"file": file})
    assert "/ask?c=" in first.url
    file.seek(0)
    assert ana.post(f"/recognition/{requirement.pk}/bring", {"file": file}).url == first.url
    bad = ana.post(f"/recognition/{requirement.pk}/bring", {"file": SimpleUploadedFile("x", b"nothing")})
    assert bad.url == f"/recognition/{requirement.pk}"


def test_the_case_page_verifies_compares_and_marks_suggestions(desk, case):
    page = desk.get(base(case)).content.decode()
    for words in ("The seven criteria", "Quality assurance", "Ana Pérez", "Same words", "Take this case", "History"):
        assert words in page
    assert "2001" in page


def test_what_was_not_disclosed_is_not_on_the_page(desk, learner, held, requirement):
    from credenza.service.recognition import applying

    made = applying.apply(learner, held, requirement, ["learning_outcomes"])
    page = desk.get(base(made)).content.decode()
    assert "The holder chose not to show" in page
    assert "2001-05-31" not in page


def test_a_credential_revoked_while_the_case_is_open_is_flagged_on_its_page(desk, case, award):
    status.revoke(award, "Wrong person", actor="test")
    page = desk.get(base(case)).content.decode()
    assert "The issuer has revoked the credential" in page
    assert b"Flagged" in desk.get("/console/institute/recognition").content


def test_an_evaluator_asks_the_learner_answers_and_the_decision_is_made(desk, ana, case, evaluator, make_evaluator):
    assert desk.post(f"{base(case)}/take", {"edition": edition(case)}).status_code == 302
    asked = {"edition": edition(case), "text": "Which data?\r\nWhich tools?"}
    assert desk.post(f"{base(case)}/ask", asked).status_code == 302
    own = f"/recognition/cases/{case.pk}"
    assert b"Which tools?" in ana.get(own).content
    note = SimpleUploadedFile("notes.html", b"<script>alert(1)</script>")
    answer = {"edition": edition(case), "text": "Open data.", "files": [note]}
    assert ana.post(f"{own}/answer", answer).status_code == 302
    kept = casework.get(case.pk).answers.get().files.get()
    served = desk.get(f"{base(case)}/files/{kept.pk}")
    assert served["Content-Type"] == "application/octet-stream"
    assert served["Content-Disposition"].startswith("attachment")
    desk.post(f"{base(case)}/take", {"edition": edition(case)})
    form = {
        "edition": edition(case),
        "outcome": "partial",
        "reasons": "Bias is covered; bridges are not.",
        "grants_title": "Introduction to data",
        "grants_ects": "1",
        "outcomes": ["1"],
        "difference_learning-outcomes": "No bridge of steel was built.",
        "appeal": "Write to the board.",
    }
    assert b"No bridge" not in desk.get(f"{base(case)}/decide").content
    unfair = desk.post(f"{base(case)}/decide", form | {"difference_learning-outcomes": ""})
    assert unfair.status_code == 422
    assert b"names the substantial difference" in unfair.content
    assert desk.post(f"{base(case)}/decide", form).status_code == 302
    assert casework.get(case.pk).state == "second-reading"
    second = as_user(make_evaluator("second@example.org"))
    assert b"Agree with the proposal" in second.get(base(case)).content
    assert second.post(f"{base(case)}/confirm", {"edition": edition(case)}).status_code == 302
    page = ana.get(own).content.decode()
    assert "Recognised in part" in page
    assert "No bridge of steel was built." in page
    assert "Eva" not in page
    assert b"resultOfRecognition" in ana.get(f"{own}/decision.xml").content
    sealed = casework.get(case.pk).sealed
    held = sealed.held.get()
    assert ana.get(f"/wallet/{held.pk}").status_code == 200
    for name in ("pdf", "elm", "open-badge", "sd-jwt-vc", "badge-png", "badge-svg"):
        assert ana.get(f"/wallet/{held.pk}/{name}").status_code == 200
    appeal = ana.post(f"{own}/appeal", {"edition": edition(case), "grounds": "I did."})
    assert appeal.status_code == 302
    assert b"somebody else decides" in desk.get(base(case)).content


def test_the_queue_has_the_most_urgent_first_and_says_what_is_overdue(desk, case, learner, held, institute, all_fields):
    from credenza.service.recognition import applying, rulebook

    later = rulebook.write_requirement(institute, {"title": "Later", "purpose": "admission"}, actor="test")
    applying.apply(learner, held, later, all_fields)
    Case.objects.filter(pk=case.pk).update(deadline=timezone.now() - timedelta(days=1))
    page = desk.get("/console/institute/recognition").content.decode()
    assert page.count("Overdue") == 1
    assert page.index(str(case.pk)) < page.index("Later")
    assert "Nothing here" in desk.get("/console/institute/recognition?view=mine").content.decode()
    assert desk.get("/console/institute/recognition?view=nonsense&page=999&q=%27").status_code == 200


def test_a_second_click_on_an_old_page_is_told_not_done(desk, case, make_evaluator):
    seen = edition(case)
    desk.post(f"{base(case)}/take", {"edition": seen})
    late = as_user(make_evaluator("late@example.org")).post(f"{base(case)}/take", {"edition": seen})
    assert late.status_code == 422
    assert b"Somebody else changed this case" in late.content


@pytest.mark.parametrize("text", ["", "x" * 6000, "\x07", "\u202eevil"])
def test_texts_that_no_credential_could_carry_are_refused(desk, ana, case, text):
    sent = desk.post(f"{base(case)}/ask", {"edition": edition(case), "text": text})
    assert sent.status_code == 422
    assert casework.get(case.pk).state == "received"


def test_other_institutions_and_other_learners_find_nothing(case, make_organisation, make_evaluator, make_user):
    other = make_organisation("other")
    stranger = as_user(make_evaluator("other@example.org", other))
    for path in ("", "/decide", "/decision.xml"):
        assert stranger.get(f"{base(case)}{path}").status_code == 404
        moved = base(case).replace("institute", "other")
        assert stranger.get(f"{moved}{path}").status_code == 404
    assert stranger.post(f"{base(case).replace('institute', 'other')}/take", {"edition": 1}).status_code == 404
    eve = as_user(make_user("eve@example.org"))
    own = f"/recognition/cases/{case.pk}"
    assert eve.get(own).status_code == 404
    assert eve.get(f"{own}/decision.xml").status_code == 404
    for action in ("answer", "withdraw", "appeal"):
        assert eve.post(f"{own}/{action}", {"edition": 1}).status_code == 404
    assert Case.objects.get().edition == case.edition


def test_rules_and_requirements_of_others_cannot_be_changed(requirement, make_organisation, make_evaluator):
    other = make_organisation("other")
    stranger = as_user(make_evaluator("other@example.org", other))
    for slug in ("institute", "other"):
        path = f"/console/{slug}/recognition/requirements/{requirement.pk}"
        assert stranger.get(path).status_code == 404
        assert stranger.post(path, {"withdraw": "yes"}).status_code == 404
    requirement.refresh_from_db()
    assert requirement.withdrawn_at is None


@pytest.mark.parametrize("role", ["reader", "issuer"])
def test_only_evaluators_act_and_only_they_and_readers_look(role, institute, case, make_user):
    user = make_user(f"{role}@example.org")
    Membership.objects.create(user=user, organisation=institute, role=role)
    client, looks = as_user(user), 200 if role == "reader" else 403
    for path in ("", "/rules", "/register", "/levels", "/statistics", "/statistics.csv", f"/cases/{case.pk}"):
        assert client.get(f"/console/institute/recognition{path}").status_code == looks
    assert client.post(f"{base(case)}/take", {"edition": 1}).status_code == 403
    assert client.get("/console/institute/recognition/settings").status_code == 403
    assert client.post("/console/institute/recognition/register", {"address": "x"}).status_code in (200, 403)
    assert casework.get(case.pk).edition == case.edition
