"""The service recognises qualified seals by the EU's trusted lists, and never by lists that are old, forged or away."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from django.utils import timezone

from credenza.errors import Refused
from credenza.service.environment import Mode, read
from credenza.service.issuance import issuing, keys
from credenza.service.issuance.documents import document
from credenza.service.verification import own_site, sources, trusted_lists
from credenza.service.verification.models import TrustedListsCopy
from credenza.trust import qualified_statements

from ...unit.trust.conftest import NOW, Authority, TrustedListMaker
from ...unit.trust.test_revocation_source import Provider

pytestmark = pytest.mark.django_db
_STATEMENTS = bytes.fromhex("3008060604008e4601013008060604008e4601043013060604008e4601063009060704008e46010602")
QUALIFIED = b"\x30" + bytes([len(_STATEMENTS)]) + _STATEMENTS


class Lists(Provider):
    """A provider of seals that is also the operator of the lists which name it, all at one address of this machine."""

    def __init__(self):
        super().__init__(Authority, NOW)
        self.lotl, self.operator = TrustedListMaker("LOTL"), TrustedListMaker("IE")
        self.documents = {}
        self.publish()

    def answer(self, path):
        if path in self.documents:
            return "application/xml", self.documents[path]
        return super().answer(path) if path == "/list.crl" else ("text/plain", b"")

    def publish(self, *, ends=NOW + timedelta(days=90), signers=None, **service):
        pointers = self.operator.pointer(f"{self.url}/ie.xml", "IE", [signers or self.operator.der])
        itself = self.lotl.pointer(f"{self.url}/lotl.xml", "EU", [self.lotl.der])
        lotl = self.lotl.list(kind="EUlistofthelists", territory="EU", pointers=itself + pointers)
        services = self.operator.service([self.root.der], **service)
        national = self.operator.list(services=services, territory="IE", ends=ends)
        self.documents = {"/lotl.xml": lotl, "/ie.xml": national}

    def sealed_key(self, key):
        statement = x509.UnrecognizedExtension(x509.ObjectIdentifier(qualified_statements.EXTENSION), QUALIFIED)
        crl = x509.UniformResourceIdentifier("https://seals.example/list.crl")
        point = x509.DistributionPoint([crl], None, None, None)
        extensions = [(statement, False), (x509.CRLDistributionPoints([point]), False)]
        return self.root.issue(key=key, extensions=extensions)


@pytest.fixture
def lists(settings, tmp_path, monkeypatch):
    made = Lists()
    signers = tmp_path / "signers.pem"
    signers.write_bytes(x509.load_der_x509_certificate(made.lotl.der).public_bytes(Encoding.PEM))
    settings.CREDENZA = replace(
        settings.CREDENZA,
        trusted_lists=f"{made.url}/lotl.xml",
        list_signers=signers,
        neighbours=(("https://seals.example", made.url),),
    )
    monkeypatch.setattr(own_site, "_kept", None)
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def credential(lists, make_organisation, make_version, make_row):
    """A European Digital Credential under a qualified seal of the provider on the lists."""
    key = ec.generate_private_key(ec.SECP256R1())
    file = pkcs12.serialize_key_and_certificates(
        b"seal", key, x509.load_der_x509_certificate(lists.sealed_key(key)),
        [x509.load_der_x509_certificate(lists.root.der)], BestAvailableEncryption(b"secret"),
    )  # fmt: skip
    organisation = make_organisation("uni", legal_name={"en": "A University"})
    keys.import_seal(organisation, file, "secret", actor="test")
    issued, _ = issuing.issue_rows(make_version(organisation), [make_row()], batch=None)
    return document(issued[0][1], "elm").data


def issuer(data):
    check = sources.check(data, now=timezone.now()).check("issuer")
    return check.outcome, check.code


def read_again(after=timedelta(hours=7)):
    """As a worker does some hours later."""
    copy = TrustedListsCopy.objects.get()
    TrustedListsCopy.objects.update(tried_at=copy.tried_at - after)
    trusted_lists.renew(timezone.now())


def test_a_qualified_seal_is_recognised_once_the_lists_are_read(lists, credential):
    assert issuer(credential) == ("not_checked", "trusted-list-incomplete")
    trusted_lists.renew(timezone.now())
    assert issuer(credential) == ("passed", "seal-qualified")


def test_the_page_says_from_which_list_and_when_the_trust_comes(client, lists, credential):
    trusted_lists.renew(timezone.now())
    page = client.post("/verify", {"text": credential.decode()}).content.decode()
    assert "as the trusted list of IE of" in page
    assert f"the trusted lists of {lists.url}/lotl.xml, read on" in page
    german = client.post("/verify", {"text": credential.decode()}, headers={"accept-language": "de"}).content.decode()
    assert "wie die Vertrauensliste von IE vom" in german


def test_a_provider_that_lost_its_right_is_told_after_the_next_reading(lists, credential):
    trusted_lists.renew(timezone.now())
    assert issuer(credential)[0] == "passed"
    lists.publish(status="withdrawn")
    read_again()
    assert issuer(credential) == ("warning", "seal-service-withdrawn")


@pytest.mark.parametrize("path", ["/lotl.xml", "/ie.xml"])
def test_a_list_that_cannot_be_reached_counts_for_two_days_and_no_longer(lists, credential, path, monkeypatch):
    trusted_lists.renew(timezone.now())
    del lists.documents[path]
    read_again()
    assert issuer(credential) == ("passed", "seal-qualified")
    later = timezone.now() + timedelta(days=2, minutes=1)
    monkeypatch.setattr(own_site, "_kept", None)
    monkeypatch.setattr(own_site.timezone, "now", lambda: later)
    trusted_lists.renew(later)
    assert issuer(credential) == ("not_checked", "trusted-list-expired")
    assert trusted_lists.standing(later).word == ("out-of-date" if path == "/lotl.xml" else "incomplete")


def test_a_copy_is_not_kept_on_whose_signers_the_list_of_lists_has_withdrawn(lists, credential):
    trusted_lists.renew(timezone.now())
    lists.publish(signers=TrustedListMaker("Successor").der)
    read_again()
    assert issuer(credential)[0] == "not_checked"


def test_a_list_of_lists_that_a_stranger_signed_changes_nothing(lists, credential):
    trusted_lists.renew(timezone.now())
    lists.lotl = TrustedListMaker("LOTL")
    lists.publish(status="withdrawn")
    read_again()
    assert issuer(credential) == ("passed", "seal-qualified")
    assert "was not signed by those who may sign it" in trusted_lists.standing(timezone.now()).problems[0]


def test_a_list_whose_own_date_has_passed_confirms_nobody(lists, credential, monkeypatch):
    lists.publish(ends=timezone.now() + timedelta(hours=1))
    trusted_lists.renew(timezone.now())
    assert issuer(credential)[0] == "passed"
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr(own_site, "_kept", None)
    monkeypatch.setattr(own_site.timezone, "now", lambda: later)
    assert issuer(credential) == ("not_checked", "trusted-list-expired")


def test_whom_the_operator_names_is_trusted_besides_the_lists(lists, credential, settings, tmp_path, monkeypatch):
    lists.root, listed = Authority("CN=Another authority"), lists.root
    lists.publish()
    trusted_lists.renew(timezone.now())
    assert issuer(credential) == ("failed", "certificate-chain-untrusted")
    anchors = tmp_path / "anchors.pem"
    anchors.write_bytes(x509.load_der_x509_certificate(listed.der).public_bytes(Encoding.PEM))
    settings.CREDENZA = replace(settings.CREDENZA, trust_anchors=anchors)
    lists.root = listed
    own_site._operators_anchors.cache_clear()
    monkeypatch.setattr(own_site, "_kept", None)
    try:
        assert issuer(credential) == ("passed", "issuer-trusted")
    finally:
        own_site._operators_anchors.cache_clear()


def test_the_lists_of_a_demonstration_make_nothing_green(lists, credential, settings):
    trusted_lists.renew(timezone.now())
    settings.CREDENZA = replace(settings.CREDENZA, mode=Mode.DEMO, demo_base=settings.CREDENZA.public_base)
    assert issuer(credential) == ("warning", "seal-lists-demonstration")


def test_a_file_stands_for_the_list_of_lists(lists, credential, settings, tmp_path, client):
    file = tmp_path / "lotl.xml"
    file.write_bytes(lists.documents["/lotl.xml"])
    settings.CREDENZA = replace(settings.CREDENZA, trusted_lists=str(file))
    trusted_lists.renew(timezone.now())
    assert issuer(credential) == ("passed", "seal-qualified")
    page = client.post("/verify", {"text": credential.decode()}).content.decode()
    assert "the trusted lists of lotl.xml" in page
    assert str(tmp_path) not in page


def test_a_worker_reads_the_lists_as_soon_as_it_works(lists, jobs_at_work):
    jobs_at_work(lambda: TrustedListsCopy.objects.filter(read_at__isnull=False).exists())
    assert trusted_lists.standing(timezone.now()).word == "ok"


def test_of_two_workers_one_reads_and_not_before_it_is_due(lists):
    assert trusted_lists.are_due(NOW)
    trusted_lists.renew(NOW)
    lists.documents = {}
    trusted_lists.renew(NOW + timedelta(minutes=10))
    assert trusted_lists.standing(NOW).problems == ()
    assert not trusted_lists.are_due(NOW + timedelta(hours=5))
    assert trusted_lists.are_due(NOW + timedelta(hours=7))


def test_readiness_and_metrics_say_how_the_lists_stand(client, lists, settings):
    def told():
        page = client.get("/metrics", headers={"authorization": "Bearer s3cret"}).content.decode()
        states = [word for word in trusted_lists.WORDS if f'credenza_trusted_lists{{state="{word}"}} 1.0' in page]
        return client.get("/readyz").json()["trusted_lists"], states

    settings.CREDENZA = replace(settings.CREDENZA, metrics_token="s3cret")
    assert told() == ("missing", ["missing"])
    trusted_lists.renew(timezone.now())
    assert told() == ("ok", ["ok"])
    del lists.documents["/ie.xml"]
    TrustedListsCopy.objects.all().delete()
    trusted_lists.renew(timezone.now())
    assert told() == ("incomplete", ["incomplete"])


def test_lists_without_those_who_may_sign_them_are_refused_at_the_start(tmp_path):
    with pytest.raises(Refused) as refused:
        read({"CREDENZA_MODE": "demo", "CREDENZA_TRUSTED_LISTS": "https://lists.example/lotl.xml"})
    assert "CREDENZA_LIST_SIGNERS" in refused.value.message
