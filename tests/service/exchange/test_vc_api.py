"""The W3C VC API over real HTTP: issue, verify, revoke, resolve; who may, and who may not."""

import dataclasses
import json
import runpy
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from credenza.errors import CredenzaError

TABLE = runpy.run_path(str(Path(__file__).parents[2] / "conformance" / "vc_api" / "data_model_table.py"))
GOOD, BAD, credential = TABLE["GOOD"], TABLE["BAD"], TABLE["credential"]
INSTANCES = [
    ("eddsa-rdfc-2022", "Ed25519"),
    ("eddsa-jcs-2022", "Ed25519"),
    ("ecdsa-rdfc-2019", "P-256"),
    ("ecdsa-rdfc-2019", "P-384"),
    ("ecdsa-jcs-2019", "P-384"),
    ("ecdsa-sd-2023", "P-256"),
    ("vc+jwt", "P-256"),
]


class Http:
    """Posts JSON to the live server, under an instance or at the root."""

    def __init__(self, base: str, issuer: str = "", key: str | None = None) -> None:
        self.base, self.issuer = base, issuer
        headers = {"Connection": "close"} | ({"Authorization": f"Bearer {key}"} if key else {})
        self.client = httpx.Client(timeout=30, headers=headers)

    def post(self, path: str, body) -> httpx.Response:
        return self.client.post(self.base + path, content=json.dumps(body))

    def issue(self, unsealed, **options) -> httpx.Response:
        issuer = unsealed.get("issuer", self.issuer)
        if isinstance(issuer, dict) and "id" not in issuer:
            issuer = {**issuer, "id": self.issuer}
        return self.post("/credentials/issue", {"credential": {**unsealed, "issuer": issuer}, "options": options})

    def verify(self, sealed) -> httpx.Response:
        return self.post("/credentials/verify", {"verifiableCredential": sealed, "options": {"checks": ["proof"]}})

    def set_status(self, credential_id, purpose, **more) -> httpx.Response:
        status = {"type": "BitstringStatusListEntry", "statusPurpose": purpose}
        return self.post("/credentials/status", {"credentialId": credential_id, "credentialStatus": status, **more})


@pytest.fixture
def add_instance(organisation):
    from credenza.service.exchange.vc_instances import add_instance

    def make(name="suite", mechanism="eddsa-rdfc-2022", kind="Ed25519", **more):
        options = {"key_kind": kind, "actor": "test", "open_to_all": True, **more}
        return add_instance(options.pop("organisation", organisation), name, mechanism, **options)

    return make


@pytest.fixture
def open_client(live_server, add_instance):
    """A client of an instance that needs no key."""
    from credenza.service.exchange.vc_instances import identity_of

    def make(mechanism="eddsa-rdfc-2022", kind="Ed25519"):
        made = add_instance("suite", mechanism, kind)
        return Http(f"{live_server.url}/vc/suite", identity_of(made).id)

    return make


@pytest.fixture
def make_key(organisation):
    from credenza.service.api import keys

    def make(*scopes, organisation=organisation, **more):
        return keys.make_key(organisation, "test", scopes, actor="test", **more)[1]

    return make


@pytest.mark.parametrize(("mechanism", "kind"), INSTANCES, ids=[" ".join(one) for one in INSTANCES])
def test_an_instance_issues_verifies_and_revokes(open_client, mechanism, kind):
    client = open_client(mechanism, kind)
    reply = client.issue(credential(name="Data analysis"), credentialId="urn:handle:1", mandatoryPointers=["/issuer"])
    assert reply.status_code == 201
    sealed = reply.json()["verifiableCredential"]
    if mechanism == "ecdsa-sd-2023":
        options = {"selectivePointers": ["/credentialStatus", "/credentialSubject", "/name"]}
        reply = client.post("/credentials/derive", {"verifiableCredential": sealed, "options": options})
        sealed = reply.json()["verifiableCredential"]
    assert client.verify(sealed).json()["errors"] == []
    assert client.verify({**sealed, "name": "Another"}).status_code == 400
    assert client.set_status("urn:handle:1", "suspension").status_code == 200
    assert client.verify(sealed).json()["reason"] == "status-suspended"
    assert client.set_status("urn:handle:1", "suspension", status=False).status_code == 200
    assert client.verify(sealed).status_code == 200
    assert client.set_status("urn:handle:1", "revocation").status_code == 200
    reply = client.verify(sealed)
    assert (reply.status_code, reply.json()["reason"]) == (400, "status-revoked")
    assert client.set_status("urn:handle:1", "revocation", status=False).status_code == 409
    assert client.issue(credential(), credentialId="urn:handle:1").status_code == 409


def test_the_data_model_suites_tables_hold_over_http(open_client):
    client = open_client()
    refused = {name: client.issue(unsealed).status_code for name, unsealed in GOOD.items()}
    assert {name: status for name, status in refused.items() if status != 201} == {}
    taken = {name: client.issue(unsealed).status_code for name, unsealed in BAD.items()}
    assert {name: status for name, status in taken.items() if status != 400} == {}


@pytest.mark.parametrize("address", ["https://[::1", "http://[", "https://testserver:x/vc/suite/status/revocation-0"])
def test_an_address_that_is_broken_is_answered_like_one_that_leads_nowhere(open_client, address):
    """A related resource's identifier is any absolute IRI, so what is no web address is only not fetched."""
    resource = {"id": address, "digestSRI": "sha256-" + "A" * 43 + "="}
    reply = open_client().issue(credential(relatedResource=resource))
    assert reply.status_code == 201, reply.text


def test_a_refused_credential_leaves_its_id_free(open_client):
    client = open_client("ecdsa-sd-2023", "P-256")
    unsealed = credential(id="urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33")
    for _ in range(2):
        assert client.issue(unsealed, mandatoryPointers=["/non/existent/path"]).status_code == 400
    assert [client.issue(unsealed).status_code for _ in range(2)] == [201, 409]


def test_the_keys_of_an_instance_resolve_over_http(open_client):
    client = open_client("ecdsa-rdfc-2019", "P-384")
    method = client.issue(credential()).json()["verifiableCredential"]["proof"]["verificationMethod"]
    reply = client.client.get(f"{client.base}/identifiers/{quote(method, safe='')}")
    assert reply.json()["didDocument"]["controller"] == client.issuer
    reply = client.client.get(f"{client.base}/identifiers/{quote('did:key:@', safe='')}")
    assert (reply.status_code, reply.json()["didResolutionMetadata"]["error"]) == (400, "invalidDid")


def statuses_until_changed(client, address, etag):
    """What is served is out of date for a second at most; the verifier of the site itself reads the new list at once."""
    for _ in range(100):
        yield client.client.get(address, headers={"If-None-Match": etag}).status_code
        time.sleep(0.05)


def test_a_status_list_is_served_signed_with_its_etag(open_client, live_server):
    client = open_client()
    sealed = client.issue(credential(), credentialId="urn:1").json()["verifiableCredential"]
    urls = [entry["statusListCredential"] for entry in sealed["credentialStatus"]]
    assert all(url.startswith("https://testserver/vc/suite/status/") for url in urls)
    address = live_server.url + urlsplit(urls[0]).path
    first = client.client.get(address)
    assert (first.status_code, first.headers["Content-Type"]) == (200, "application/vc")
    assert client.verify(first.json()).status_code == 200
    again = client.client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.set_status("urn:1", "revocation").json() == {"credentialId": "urn:1"}
    assert any(status == 200 for status in statuses_until_changed(client, address, first.headers["ETag"]))
    for path in ("revocation-7", "tokens-0", "revocation-x", "message-0"):
        assert client.client.get(f"{client.base}/status/{path}").status_code == 404


class TestKeys:
    """API keys and their scopes; an organisation never reaches another's instance."""

    def test_an_organisation_issues_as_itself_and_its_own_did_is_resolved(self, live_server, organisation, make_key):
        client = Http(live_server.url, organisation.record["id"], make_key("vc:issue", "vc:status"))
        sealed = client.issue(credential(id="urn:uuid:1")).json()["verifiableCredential"]
        assert sealed["issuer"] == organisation.record["id"]
        anyone = Http(live_server.url)
        assert anyone.verify(sealed).json()["errors"] == []
        assert client.set_status("urn:uuid:1", "revocation").status_code == 200
        assert anyone.verify(sealed).status_code == 400
        reply = anyone.client.get(f"{live_server.url}/identifiers/{quote(organisation.record['id'], safe='')}")
        assert reply.json()["didDocument"]["id"] == organisation.record["id"]

    def test_without_a_key_of_the_right_scope_nothing_is_sealed_or_changed(self, live_server, add_instance, make_key):
        add_instance("closed", open_to_all=False)
        for key in (None, "cz_wrong", make_key("vc:verify")):
            for base in (live_server.url, f"{live_server.url}/vc/closed"):
                client = Http(base, "did:example:x", key)
                assert client.issue(credential()).status_code == 401
                assert client.set_status("urn:x", "revocation").status_code == 401
                assert client.post("/presentations/create", {}).status_code == 401

    def test_a_key_that_is_revoked_or_expired_is_worth_nothing(self, live_server, organisation, make_key):
        from credenza.service.api import keys

        old = make_key("vc:issue", expires_at=timezone.now() - timedelta(seconds=1))
        key, revoked = keys.make_key(organisation, "test", ["vc:issue"], actor="test")
        keys.revoke(key, actor="test")
        for secret in (old, revoked):
            assert Http(live_server.url, "did:example:x", secret).issue(credential()).status_code == 401

    def test_a_key_does_not_outlive_the_role_of_its_maker(self, live_server, organisation, make_user):
        from credenza.service.accounts.models import Membership
        from credenza.service.api import keys

        maker = make_user("maker@example.org")
        role = Membership.objects.create(user=maker, organisation=organisation, role="owner")
        _key, secret = keys.make_key(organisation, "test", ["vc:issue"], actor=maker)
        client = Http(live_server.url, organisation.record["id"], secret)
        assert client.issue(credential()).status_code == 201
        Membership.objects.filter(pk=role.pk).update(role="reader")
        assert client.issue(credential()).status_code == 403
        role.delete()
        assert client.issue(credential()).status_code == 401

    def test_another_organisations_instance_is_not_there(self, live_server, add_instance, make_key, make_organisation):
        add_instance("theirs", organisation=make_organisation("other"), open_to_all=False)
        client = Http(f"{live_server.url}/vc/theirs", "did:example:x", make_key("vc:issue", "vc:status"))
        assert client.issue(credential()).status_code == 404
        assert client.set_status("urn:x", "revocation").status_code == 404

    def test_one_organisation_cannot_revoke_what_another_issued(self, live_server, make_key, make_organisation):
        mine = Http(live_server.url, "did:example:x", make_key("vc:issue", "vc:status"))
        other = make_organisation("other")
        theirs = Http(live_server.url, "did:example:x", make_key("vc:issue", "vc:status", organisation=other))
        sealed = mine.issue(credential(id="urn:uuid:1")).json()["verifiableCredential"]
        assert theirs.set_status("urn:uuid:1", "revocation").status_code == 404
        assert mine.verify(sealed).status_code == 200

    def test_a_key_needs_scopes_that_there_are(self, make_key):
        for scopes in ((), ("vc:issue", "everything")):
            with pytest.raises(CredenzaError) as caught:
                make_key(*scopes)
            assert caught.value.code == "scope-unknown"

    def test_an_open_instance_is_closed_in_production(self, open_client, settings, add_instance):
        client = open_client()
        settings.CREDENZA = dataclasses.replace(settings.CREDENZA, mode="production")
        assert client.issue(credential()).status_code == 401
        with pytest.raises(CredenzaError) as caught:
            add_instance("another")
        assert caught.value.code == "instance-open"

    def test_verifying_without_a_key_is_limited(self, live_server, make_key, monkeypatch):
        from credenza.service.exchange import vc_api

        monkeypatch.setattr(vc_api, "WITHOUT_KEY_A_MINUTE", 2)
        anyone, known = Http(live_server.url), Http(live_server.url, key=make_key("vc:verify"))
        replies = [anyone.verify({}) for _ in range(6)]  # a minute may end in between
        assert 429 in {reply.status_code for reply in replies}
        assert {known.verify({}).status_code for _ in range(6)} == {400}


class TestCommand:
    """``add_vc_instance`` for operators."""

    def test_it_prints_an_address_an_issuer_and_a_key_that_works(self, live_server, organisation, capsys):
        call_command("add_vc_instance", "uni", "machines", mechanism="ecdsa-sd-2023", key="P-256")
        lines = dict(
            line.split(maxsplit=1)
            for line in capsys.readouterr().out.replace("end points", "at").replace("API key", "key").splitlines()
        )
        assert lines["at"].endswith("/vc/machines/")
        client = Http(f"{live_server.url}/vc/machines", lines["issuer"], lines["key"].split()[0])
        assert client.issue(credential()).status_code == 201

    def test_an_instance_may_keep_one_status_only(self, live_server, organisation, capsys):
        call_command("add_vc_instance", "uni", "revoking", key="Ed25519", open=True, status=["revocation"])
        client = Http(f"{live_server.url}/vc/revoking", "did:example:x")
        entry = client.issue(credential(id="urn:1")).json()["verifiableCredential"]["credentialStatus"]
        assert (entry["type"], entry["statusPurpose"]) == ("BitstringStatusListEntry", "revocation")
        assert client.client.get(f"{client.base}/status/revocation-0").status_code == 200
        assert client.client.get(f"{client.base}/status/suspension-0").status_code == 404
        refused = client.set_status("urn:1", "suspension")
        assert (refused.status_code, refused.json()["reason"]) == (400, "status-purpose-unknown")
        assert client.set_status("urn:1", "revocation").status_code == 200

    @pytest.mark.parametrize(
        ("name", "options"),
        [
            ("Bad Name", {}),
            ("good", {"mechanism": "unknown"}),
            ("good", {"mechanism": "ecdsa-rdfc-2019"}),
            ("good", {"mechanism": "eddsa-rdfc-2022", "key": "P-256"}),
            ("good", {"mechanism": "Ed25519Signature2020"}),
            ("taken", {}),
        ],
        ids=str,
    )
    def test_what_cannot_work_is_refused_with_a_sentence(self, add_instance, name, options):
        add_instance("taken")
        with pytest.raises(CommandError):
            call_command("add_vc_instance", "uni", name, **options)
        with pytest.raises(CommandError):
            call_command("add_vc_instance", "nobody", name)


def test_a_body_of_another_site_with_cookies_and_no_key_signs_nothing(live_server, signed_in, organisation):
    """No cookie is looked at, so a form of another site can use nobody's session."""
    client = signed_in("owner", organisation)
    reply = client.post("/credentials/issue", data="{}", content_type="text/plain")
    assert reply.status_code == 401
