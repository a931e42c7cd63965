"""What the learner's client refuses: other keys, forged and wrapped documents, bombs, and registries that nobody can rely on."""

import base64
import gzip
import json
import os
import time

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.utils import timezone
from emrex_fixtures import answer_signed_by, bring_back, opened
from transfer_fixtures import fields_of, pem_of

from credenza.document import elmo
from credenza.document.elmo.names import tag
from credenza.encoding import strict_xml
from credenza.keys import SoftwareSigner
from credenza.service.exchange.models import EmrexFetch
from credenza.service.wallet.models import HeldCredential

pytestmark = pytest.mark.django_db


def refused_with(client, fields):
    assert "These results were not taken over" in opened(client, bring_back(client, fields))
    fetch = EmrexFetch.objects.get()
    assert fetch.state == "refused"
    assert fetch.answer is None
    assert not fetch.credentials.exists()
    assert not HeldCredential.objects.filter(format="elmo").exists()
    return fetch.found["codes"]


def test_results_that_another_key_signed_are_refused(client, begin, ana, stranger, make_award):
    client.force_login(ana)
    assert refused_with(client, answer_signed_by(stranger, make_award(), begin())) == ["xml-signature-bad"]


def test_results_that_nobody_signed_are_refused(client, foreign, ana, make_award):
    client.force_login(ana)
    document = elmo.to_bytes(elmo.to_document(make_award(), generated=timezone.now()))
    fields = {"sessionId": foreign()["sessionId"], "returnCode": "NCP_OK", "elmo": elmo.pack(document)}
    assert refused_with(client, fields) == ["xml-unsigned"]


def test_results_that_are_signed_twice_are_refused(client, foreign, ana, stranger, make_award):
    client.force_login(ana)
    fields = answer_signed_by(stranger, make_award(), foreign())
    root = strict_xml.parse(elmo.unpack(fields["elmo"]))
    root.append(strict_xml.parse(elmo.unpack(fields["elmo"]))[-1])
    fields["elmo"] = elmo.pack(elmo.to_bytes(root))
    assert refused_with(client, fields) == ["xml-signature-ambiguous"]


def test_results_wrapped_around_signed_ones_are_refused(client, foreign, ana, stranger, make_award):
    """The genuine document lies inside a forged one, which carries its signature."""
    client.force_login(ana)
    fields = answer_signed_by(stranger, make_award(), foreign())
    genuine = strict_xml.parse(elmo.unpack(fields["elmo"]))
    forged = elmo.to_document(make_award(), generated=timezone.now())
    signature = genuine[-1]
    genuine.remove(signature)
    forged.append(genuine)
    forged.append(signature)
    fields["elmo"] = elmo.pack(elmo.to_bytes(forged))
    assert refused_with(client, fields) == ["xml-signature-bad"]


def test_a_kilobyte_that_unpacks_to_gigabytes_is_refused(client, foreign, ana):
    client.force_login(ana)
    layer = gzip.compress(b"<elmo>" + b" " * 200_000_000, 9)
    fields = {"sessionId": foreign()["sessionId"], "returnCode": "NCP_OK", "elmo": base64.b64encode(layer).decode()}
    assert refused_with(client, fields) == ["elmo-too-large"]


def test_entities_are_refused(client, foreign, ana):
    client.force_login(ana)
    hostile = (
        b'<!DOCTYPE elmo [<!ENTITY a SYSTEM "file:///etc/passwd">]><elmo xmlns="%s">&a;</elmo>' % tag("")[1:-1].encode()
    )
    fields = {"sessionId": foreign()["sessionId"], "returnCode": "NCP_OK", "elmo": elmo.pack(hostile)}
    assert refused_with(client, fields)[0].startswith("xml-")


def test_an_old_registry_begins_nothing(client, registry, entry, ana):
    file = registry(entry)
    month = time.time() - 30 * 86400
    os.utime(file, (month, month))
    client.force_login(ana)
    response = client.post("/wallet/fetch", {"provider": "IE/UNI"})
    assert response.status_code == 422
    assert "was last read on" in response.content.decode()
    assert not EmrexFetch.objects.exists()


def test_an_unreachable_registry_is_said_and_an_answer_waits_for_it(client, begin, provided, ana, operator):
    client.force_login(ana)
    ticket = bring_back(client, provided(begin(), by=ana))
    operator(emreg="/nowhere/emreg.json")
    response = client.get(ticket)
    assert response.status_code == 503
    assert "It cannot be checked just now" in response.content.decode()
    assert EmrexFetch.objects.get().state == "answered"
    response = client.get("/wallet/fetch")
    assert "cannot be read" in response.content.decode()


def test_a_provider_that_left_the_registry_is_not_believed(client, begin, provided, registry, ana):
    client.force_login(ana)
    ticket = bring_back(client, provided(begin(), by=ana))
    registry()
    opened(client, ticket)
    assert EmrexFetch.objects.get().found["codes"] == ["emrex-provider-unregistered"]


def with_key(file, signer):
    """The registry, where it always is, names another key of the provider from now on."""
    content = json.loads(file.read_text())
    content["emps"][0]["pubKey"] = pem_of(signer)
    file.write_text(json.dumps(content))


@pytest.fixture
def rotating(client, registry, stranger, ana):
    """A request to a provider elsewhere, and the file of the registry."""
    entry = {"acronym": "FAR", "countryCode": "FI", "institutions": ["Far"], "url": "https://far.example"}
    file = registry(entry | {"pubKey": pem_of(stranger)})
    client.force_login(ana)
    return file, fields_of(client.post("/wallet/fetch", {"provider": "FI/FAR"}))


@pytest.fixture(scope="module")
def successor():
    return SoftwareSigner(rsa.generate_private_key(public_exponent=65537, key_size=2048), "successor")


def test_a_key_that_left_the_registry_while_the_learner_was_away_signs_nothing_any_more(
    client, rotating, stranger, successor, make_award
):
    file, asked = rotating
    fields = answer_signed_by(stranger, make_award(), asked)
    with_key(file, successor)
    assert refused_with(client, fields) == ["xml-signature-bad"]


def test_a_key_that_came_into_the_registry_meanwhile_counts_at_once(client, rotating, successor, make_award):
    file, asked = rotating
    with_key(file, successor)
    ticket = bring_back(client, answer_signed_by(successor, make_award(), asked))
    client.get(ticket)
    assert "xml-signature-bad" not in EmrexFetch.objects.get().found.get("codes", [])
    assert EmrexFetch.objects.get().score is not None


def test_an_answer_that_waited_is_judged_by_the_key_of_when_it_came_or_later(
    client, rotating, stranger, successor, make_award
):
    file, asked = rotating
    ticket = bring_back(client, answer_signed_by(stranger, make_award(), asked))
    with_key(file, successor)
    client.get(ticket)
    assert EmrexFetch.objects.get().found["codes"] == ["xml-signature-bad"]
