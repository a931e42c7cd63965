"""Recognition by the JSON API: the queue, the steps of a case, its decision, and what the desk works by."""

import json

import pytest

from credenza.service.issuance.models import Award
from credenza.service.recognition import casework, reconsidering
from credenza.service.recognition.models import Case, Desk

pytestmark = pytest.mark.django_db
PARTIAL = {
    "outcome": "partial",
    "reasons": "One outcome is shown.",
    "counts_as": {"title": "Introduction to data", "ects": "1.5"},
    "differences": [{"kind": "learning-outcomes", "reason": "No bridge was built."}],
    "appeal": "Write to the board.",
}
REPORT = {
    "id": 4711,
    "agency_name": "Example Quality Agency",
    "agency_esg_activity_type": "institutional",
    "decision": "positive",
    "status": "part of obligatory EQA system",
    "valid_from": "2024-01-01",
    "valid_to": "2031-01-01",
    "institutions": [{"id": 1, "name_primary": "Example Institute"}],
}


@pytest.fixture
def assessor(institute, make_program):
    return make_program(institute, email="eva@example.org", role="evaluator")


@pytest.fixture
def reader(institute, make_program):
    return make_program(institute, email="second@example.org", role="evaluator")


def step(program, case, name, **body):
    body.setdefault("edition", casework.get(case.pk).edition)
    return program.post(f"/recognition/cases/{case.pk}/{name}", body)


class TestCases:
    def test_the_queue_is_looked_through(self, assessor, case):
        listed = assessor.get("/recognition/cases").json()
        assert [(one["id"], one["state"], one["applicant"]) for one in listed] == [
            (str(case.pk), "received", "Ana Pérez")
        ]
        assert assessor.get("/recognition/cases?view=mine").json() == []
        assert assessor.get("/recognition/cases?q=nobody").json() == []
        assert step(assessor, case, "take").json()["state"] == "under-assessment"
        assert len(assessor.get("/recognition/cases?view=mine&q=ana").json()) == 1

    def test_a_case_is_read_with_its_comparison_and_the_credential_verified_now(self, assessor, case):
        read = assessor.get(f"/recognition/cases/{case.pk}").json()
        assert read["verdict"] == "partially_verified"  # a test seal: no list of trust names it
        assert {one["name"] for one in read["checks"]} >= {"proof", "status"}
        assert read["case"]["sheet"]["level"]["result"] == "equal"
        assert read["clock"]["running"] is True
        assert read["may_decide"] is False

    def test_what_the_applicant_did_not_show_is_not_told(self, assessor, learner, held, requirement):
        from credenza.service.recognition import applying

        made = applying.apply(learner, held, requirement, ["learning_outcomes"])
        text = assessor.get(f"/recognition/cases/{made.pk}").text
        assert "ana@example.org" not in text
        assert json.loads(text)["case"]["credential"]["award"]["learner"]["birth_date"] is None

    def test_a_second_reader_confirms_and_the_learner_has_the_decision(self, assessor, reader, case):
        step(assessor, case, "take")
        assert step(assessor, case, "decide", **PARTIAL).json()["state"] == "second-reading"
        same = step(assessor, case, "confirm")
        assert (same.status_code, same.json()["code"]) == (403, "case-same-reader")
        assert step(reader, case, "return", note="Look again.").json()["state"] == "under-assessment"
        step(assessor, case, "decide", **PARTIAL)
        decided = step(reader, case, "confirm").json()
        assert (decided["state"], decided["outcome"]) == ("decided", "partial")
        case.refresh_from_db()
        assert case.sealed.holder == case.applicant
        elmo = assessor.get(f"/recognition/cases/{case.pk}/decision.xml")
        assert elmo.status_code == 200
        assert b"resultOfRecognition" in elmo.content

    def test_an_unfair_decision_is_refused_with_what_it_lacks(self, assessor, case):
        step(assessor, case, "take")
        answer = step(assessor, case, "decide", **PARTIAL | {"differences": []})
        assert (answer.status_code, answer.json()["code"]) == (422, "decision-without-difference")
        assert Case.objects.get(pk=case.pk).state == "under-assessment"

    def test_a_decision_sent_again_under_one_key_is_made_once(self, assessor, case):
        Desk.objects.update(second_reading="never")
        case.core["policy"]["second_reading"] = "never"
        Case.objects.filter(pk=case.pk).update(core=case.core)
        step(assessor, case, "take")
        body = PARTIAL | {"edition": casework.get(case.pk).edition}
        path, sealed = f"/recognition/cases/{case.pk}/decide", Award.objects.count()
        first = assessor.post(path, body, **{"Idempotency-Key": "d"})
        again = assessor.post(path, body, **{"Idempotency-Key": "d"})
        assert first.json() == again.json()
        assert again["Idempotent-Replayed"] == "true"
        assert assessor.post(path, body).json()["code"] == "case-changed"
        assert Award.objects.count() == sealed + 1

    def test_two_who_act_on_the_same_edition_one_is_told(self, assessor, reader, case):
        edition = casework.get(case.pk).edition
        assert step(assessor, case, "take", edition=edition).status_code == 200
        late = step(reader, case, "take", edition=edition)
        assert (late.status_code, late.json()["code"]) == (409, "case-changed")

    def test_a_case_is_given_only_to_an_evaluator_of_the_desk(self, assessor, reader, case, make_user):
        colleague = next(
            one for one in assessor.get("/recognition/evaluators").json() if one["name"] == "second@example.org"
        )
        assert step(assessor, case, "assign", to=colleague["id"]).json()["assessor"] == colleague["id"]
        elsewhere = make_user("elsewhere@example.org")
        answer = step(assessor, case, "assign", to=str(elsewhere.pk))
        assert (answer.status_code, answer.json()["code"]) == (422, "evaluator-unknown")

    def test_information_is_asked_for_and_its_files_are_downloads(self, reader, answered, case):
        assert reader.get(f"/recognition/cases/{case.pk}").json()["answers"][0]["text"] == "Here it is."
        answer = reader.get(f"/recognition/cases/{case.pk}/files/{answered.pk}")
        assert answer.content == b"<script>"
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith("attachment")

    def test_a_revoked_credential_flags_the_case_and_nothing_is_decided(self, assessor, case, award):
        from credenza.service.issuance import status

        step(assessor, case, "take")
        status.revoke(award, "No", actor="test")
        answer = step(assessor, case, "decide", **PARTIAL)
        assert answer.status_code == 409
        read = assessor.get(f"/recognition/cases/{case.pk}").json()
        assert [one["kind"] for one in read["case"]["flags"]] == ["revoked"]
        lifted = step(assessor, case, "lift-flag", flag="revoked", because="I like it.")
        assert lifted.json()["code"] == "flag-needs-verification"

    @pytest.mark.parametrize("text", ["", " x", "a\u202eb"])
    def test_texts_that_no_credential_can_carry_are_refused(self, assessor, case, text):
        assert step(assessor, case, "ask", questions=[text]).status_code == 422


class TestDesk:
    def test_requirements_are_written_changed_and_withdrawn(self, assessor, requirement):
        form = requirement.form | {"title": {"en": "Data, briefly"}}
        path = f"/recognition/requirements/{requirement.pk}"
        assert assessor("PUT", path, {"form": form, "edition": 1}).json()["title"] == "Data, briefly"
        assert assessor("PUT", path, {"form": form}).status_code == 422
        late = assessor("PUT", path, {"form": form, "edition": 1})
        assert (late.status_code, late.json()["code"]) == (409, "requirement-changed")
        made = assessor.post("/recognition/requirements", {"form": {"title": "A course", "purpose": "course"}})
        assert made.status_code == 201, made.text
        wrong = assessor.post("/recognition/requirements", {"form": {"title": "A course", "purpose": "fun"}})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "requirement-invalid")
        assert wrong.json()["problems"]
        assert assessor.post(f"{path}/withdraw").status_code == 204
        assert [one["id"] for one in assessor.get("/recognition/requirements").json()] == [made.json()["id"]]
        assert assessor.get(path).json()["withdrawn_at"]
        assert assessor("PUT", path, {"form": form, "edition": 2}).status_code == 404

    def test_rules_belong_to_the_organisation_whatever_they_say(self, assessor, policy, institute):
        form = policy.form | {"title": "Another", "id": "https://e.example/1", "owner": "Somebody else"}
        made = assessor.post("/recognition/policies", {"form": form})
        assert made.status_code == 201, made.text
        assert made.json()["record"]["owner"] == institute.name
        path = f"/recognition/policies/{made.json()['id']}"
        assert assessor("PUT", path, {"form": form | {"title": "Third"}, "edition": 1}).json()["edition"] == 2
        assert assessor.post(f"{path}/withdraw").status_code == 204
        assert [one["title"] for one in assessor.get("/recognition/policies").json()] == [policy.title]

    def test_an_owner_lets_the_rules_decide_what_nobody_has_taken(
        self, assessor, institute, make_program, case, policy
    ):
        when = {"least_ects": 1, "verification": "some"}
        changed = {"form": policy.form | {"when": when}, "edition": policy.edition}
        assert assessor("PUT", f"/recognition/policies/{policy.pk}", changed).status_code == 200
        reconsidering.run(10)
        assert assessor.get("/recognition/cases?view=suggested").json()[0]["suggested_by"] == policy.uri
        order = "/recognition/decide-open"
        assert assessor.post(order).status_code == 403
        owner = make_program(institute, email="head@example.org", role="owner")
        assert owner.post(order).json() == {"count": 1}
        reconsidering.run(10)
        assert assessor.get(f"/recognition/cases/{case.pk}").json()["outcome"] == "full"
        assert owner.post(order).json() == {"count": 0}

    def test_a_rule_book_comes_as_toml_whole_or_not_at_all(self, assessor):
        good = b'[[requirements]]\ntitle = "One"\npurpose = "course"\n'
        taken = assessor("POST", "/recognition/rulebook", good, CONTENT_TYPE="application/toml")
        assert (taken.status_code, taken.json()) == (201, {"count": 1})
        bad = good.replace(b"One", b"Two") + b'[[requirements]]\ntitle = "Three"\npurpose = "none"\n'
        assert assessor("POST", "/recognition/rulebook", bad).status_code == 422
        assert [one["title"] for one in assessor.get("/recognition/requirements").json()] == ["One"]

    def test_settings_are_changed_and_never_more_than_four_months(self, assessor):
        path, before = "/recognition/desk", assessor.get("/recognition/desk").json()
        settings = {"is_open": False, "second_reading": "always", "months": 2, "appeal": "Write."}
        now = assessor("PUT", path, settings | {"edition": before["edition"]}).json()
        assert now == settings | {"introduction": "", "edition": now["edition"]}
        assert assessor.get(path).json() == now
        late = assessor("PUT", path, settings | {"months": 3, "edition": before["edition"]})
        assert (late.status_code, late.json()["code"]) == (409, "desk-changed")
        assert assessor("PUT", path, settings | {"months": 5, "edition": now["edition"]}).status_code == 422

    def test_reports_are_imported_and_found(self, assessor):
        taken = assessor.post("/recognition/register", [REPORT])
        assert (taken.status_code, taken.json()) == (201, {"count": 1}), taken.text
        assert [one["report"]["id"] for one in assessor.get("/recognition/register?q=quality").json()] == [4711]
        assert assessor.get("/recognition/register?q=nobody").json() == []
        inside = assessor.post("/recognition/register/fetch", {"address": "http://169.254.169.254/"})
        assert inside.status_code == 409

    def test_levels_are_replaced_and_read(self, assessor):
        uri = "http://data.europa.eu/snb/qdr/c_own"
        table = f"uri,country,eqf,label,source\n{uri},FI,6,Own Level 6,https://fi.example\n"
        assert assessor("PUT", "/recognition/levels", table).json() == {"count": 1}
        found = {one["uri"]: one["eqf"] for one in assessor.get("/recognition/levels?country=fi").json()}
        assert found[uri] == 6
        assert assessor.get("/recognition/levels?country=Finland").status_code == 422
        assert assessor("PUT", "/recognition/levels", "a,b\n").status_code == 422

    def test_statistics_name_nobody(self, assessor, case):
        assert assessor.get("/recognition/statistics").json()["by_state"] == {"received": 1}
        lines = assessor.get("/recognition/statistics.csv").text.splitlines()
        assert len(lines) == 2
        assert "Ana" not in "".join(lines)

    def test_a_reader_reads_and_changes_nothing(self, institute, make_program, case):
        program = make_program(institute, email="r@example.org", role="reader")
        assert program.get("/recognition/cases").status_code == 200
        answer = step(program, case, "take")
        assert (answer.status_code, answer.json()["code"]) == (403, "key-maker-may-not")
