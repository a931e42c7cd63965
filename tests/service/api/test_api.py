"""The JSON API as a whole: who may ask, how errors are told, and everything that is not an award."""

import uuid

import pytest
from django.core import mail
from django.urls import get_resolver

from credenza.service.accounts.models import AuditEvent, Membership
from credenza.service.api.scopes import SCOPES
from credenza.service.api.v1.api import api
from credenza.service.issuance.documents import document

pytestmark = pytest.mark.django_db
OPEN = {("POST", "/api/v1/verify"), ("GET", "/api/v1/catalogue")}


def operations():
    """Every operation of the API with its scope."""
    schema = api.get_openapi_schema(path_prefix="/api/v1")
    found = []
    for path, methods in schema["paths"].items():
        for method, said in methods.items():
            found.append((method.upper(), path, said.get("x-scope")))
    return found


def address(path):
    filled = path.removeprefix("/api/v1").replace("{name}", "elm").replace("{role}", "reader")
    while "{" in filled:
        filled = filled[: filled.index("{")] + str(uuid.uuid4()) + filled[filled.index("}") + 1 :]
    return filled


def test_only_what_is_meant_for_all_is_open_to_all():
    assert {(method, path) for method, path, scope in operations() if scope not in SCOPES} == OPEN


@pytest.mark.parametrize(("method", "path", "scope"), [one for one in operations() if one[2]])
class TestEveryOperation:
    def test_asks_for_a_key(self, anybody, method, path, scope):
        answer = anybody(method, address(path))
        assert (answer.status_code, answer.json()["code"]) == (401, "api-key-missing")
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer["Content-Type"] == "application/problem+json"

    def test_asks_for_its_own_scope(self, organisation, make_program, method, path, scope):
        program = make_program(organisation, *(set(SCOPES) - {scope}))
        answer = program(method, address(path))
        assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing")

    def test_does_not_take_a_session_for_a_key(self, signed_in, organisation, method, path, scope):
        client = signed_in("owner", organisation)
        assert client.generic(method, path.split("{")[0]).status_code in (401, 404)


class TestOrganisation:
    def test_is_read_and_changed_and_its_id_stays(self, program, organisation):
        read = program.get("/organisation").json()
        assert read["did"] == organisation.record["id"]
        form = {"legal_name": organisation.record["legal_name"], "country": "FI", "id": "did:web:evil.example"}
        body = {"form": form, "four_eyes": True, "edition": read["edition"]}
        answer = program("PUT", "/organisation", body)
        assert answer.status_code == 200, answer.text
        assert (answer.json()["country"], answer.json()["did"]) == ("FI", organisation.record["id"])
        assert answer.json()["four_eyes"] is True
        late = program("PUT", "/organisation", body | {"four_eyes": False})
        assert (late.status_code, late.json()["code"]) == (409, "organisation-changed")
        assert program.get("/organisation").json() == answer.json()
        assert program("PUT", "/organisation", {"form": form, "four_eyes": False}).status_code == 422

    def test_its_legal_name_is_only_the_operators_to_change(self, program, organisation):
        form = {"legal_name": {"en": "Another university"}, "country": "IE"}
        edition = program.get("/organisation").json()["edition"]
        answer = program("PUT", "/organisation", {"form": form, "four_eyes": True, "edition": edition})
        assert (answer.status_code, answer.json()["code"]) == (409, "organisation-name")
        organisation.refresh_from_db()
        assert organisation.name != "Another university"

    def test_what_is_wrong_is_told(self, program):
        answer = program(
            "PUT", "/organisation", {"form": {"legal_name": "x", "slug": "y"}, "four_eyes": False, "edition": "1"}
        )
        assert answer.status_code == 422
        assert answer.json()["problems"]

    def test_keys_show_their_public_parts_only(self, program):
        listed = program.get("/keys").json()
        assert {one["purpose"] for one in listed} == {"proof", "seal"}
        assert "PRIVATE" not in str(listed)
        assert not any("d" in one["public_jwk"] for one in listed)

    def test_people_are_invited_given_and_taken_roles(self, program, organisation, make_user):
        answer = program.post("/people/invitations", {"email": "new@example.org", "role": "issuer"})
        assert answer.status_code == 202
        assert mail.outbox[-1].to == ["new@example.org"]
        member = make_user("member@example.org")
        Membership.objects.create(user=member, organisation=organisation, role="reader")
        assert program.post(f"/people/{member.pk}/roles", {"role": "issuer"}).status_code == 204
        assert program("DELETE", f"/people/{member.pk}/roles/reader").status_code == 204
        listed = {one["email"]: one["roles"] for one in program.get("/people").json()}
        assert listed["member@example.org"] == ["issuer"]

    def test_whoever_is_invited_is_listed_until_they_join(self, program):
        program.post("/people/invitations", {"email": "new@example.org", "role": "issuer"})
        listed = program.get("/people/invitations").json()
        assert [(one["email"], one["role"]) for one in listed] == [("new@example.org", "issuer")]

    def test_people_of_elsewhere_are_not_there(self, program, make_user):
        other = make_user("elsewhere@example.org")
        assert program.post(f"/people/{other.pk}/roles", {"role": "owner"}).status_code == 404

    def test_the_last_owner_stays(self, program):
        owner = program.get("/people").json()[0]["id"]
        assert program("DELETE", f"/people/{owner}/roles/owner").json()["code"] == "last-owner"

    def test_the_audit_trail_is_paged(self, program, award):
        first = program.get("/audit?limit=2").json()
        then = program.get(f"/audit?after={first[-1]['number']}").json()
        assert [one["number"] for one in first] == [1, 2]
        assert then[0]["previous_digest"] == first[-1]["digest"]

    def test_the_audit_trail_says_whether_it_is_whole(self, program, organisation, award):
        assert program.get("/audit/check").json() == {"broken": []}
        AuditEvent.objects.filter(organisation=organisation, number=2).update(action="award.claimed")
        assert program.get("/audit/check").json() == {"broken": [2]}

    def test_statistics_count(self, program, award):
        counted = program.get("/statistics").json()
        assert [(one["kind"], one["count"]) for one in counted] == [("issued", 1)]
        assert program.get("/statistics?since=2026-01-01&until=2020-01-01").status_code == 422


class TestVerify:
    def test_anybody_verifies_a_file(self, anybody, award):
        data = document(award, "open-badge").data
        answer = anybody.client.post("/api/v1/verify", data, content_type="application/vc+ld+json")
        assert answer.status_code == 200, answer.text
        report = answer.json()
        assert report["verdict"] == "verified"
        assert report["record"]["learner"]["given_name"] == "Ana"

    def test_a_changed_file_fails(self, anybody, award):
        data = document(award, "open-badge").data.replace("Pérez".encode(), b"Perez")
        answer = anybody.client.post("/api/v1/verify", data, content_type="application/json")
        assert answer.json()["verdict"] == "failed"

    def test_a_form_with_a_file_or_a_text_does_too(self, anybody, award):
        from django.core.files.uploadedfile import SimpleUploadedFile

        file = SimpleUploadedFile("badge.pdf", document(award, "pdf").data)
        assert anybody.client.post("/api/v1/verify", {"file": file}).json()["verdict"] != "failed"
        text = document(award, "sd-jwt-vc").data.decode()
        assert anybody.client.post("/api/v1/verify", {"text": text}).json()["format"] == "sd-jwt-vc"

    @pytest.mark.parametrize(
        ("data", "status"),
        [(b"", 422), (b"no credential", 422), (b"http://127.0.0.1:1/x", 409), (b"x" * 11_000_000, 413)],
    )
    def test_what_is_no_credential_is_told(self, anybody, data, status):
        answer = anybody.client.post("/api/v1/verify", data, content_type="application/octet-stream")
        assert answer.status_code == status, answer.text
        assert answer["Content-Type"] == "application/problem+json"

    def test_it_is_limited_for_those_without_a_key(self, anybody, program):
        for _ in range(121):  # a minute may end in between, but not two
            answer = anybody.client.post("/api/v1/verify", b"x", content_type="text/plain")
            if answer.status_code == 429:
                break
        assert (answer.status_code, answer["Retry-After"]) == (429, "60")
        assert program.post("/verify", "x").status_code == 422


class TestDescription:
    def test_openapi_names_every_operation(self, client):
        schema = client.get("/api/openapi.json").json()
        assert schema["openapi"].startswith("3.1")
        assert "/api/v1/awards/{award}/revoke" in schema["paths"]
        assert schema["paths"]["/api/v1/awards"]["post"]["security"]

    def test_the_page_shows_every_operation_without_script(self, client):
        answer = client.get("/api/docs")
        assert answer.status_code == 200
        for method, path, _ in operations():
            assert f"{method} {path}" in answer.text
        assert " style=" not in answer.text
        assert len(answer.content) < 150_000

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_an_unknown_address_is_told_as_a_problem(self, anybody, method):
        answer = anybody(method, "/nothing")
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")

    def test_a_wrong_method_is_refused(self, program):
        assert program("DELETE", "/organisation").status_code == 405


def test_no_operation_is_missing_from_the_list():
    """The tests above walk what OpenAPI names; this says that nothing is served beside it."""
    resolver = next(
        one for one in get_resolver("credenza.service.program_urls").url_patterns if str(one.pattern) == "api/v1/"
    )
    served = {str(one.pattern) for one in resolver.url_patterns if one.name != "api-root"}
    described = {path.removeprefix("/api/v1/").replace("{", "<").replace("}", ">") for _, path, _ in operations()}
    assert {one.replace("uuid:", "").replace("str:", "") for one in served} == described


def test_a_nul_in_a_text_is_refused_and_words_about_one_are_not(program):
    body = '{"form": {"title": "a%s"}}'
    refused = program("POST", "/definitions", body % "\\u0000b")
    assert (refused.status_code, refused.json()["code"]) == (400, "json-nul")
    assert program("POST", "/definitions", body % "\\\\u0000b").status_code == 201
