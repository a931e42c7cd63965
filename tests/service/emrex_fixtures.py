"""A learner who asks a provider for results, and what comes back."""

from __future__ import annotations

import pytest
from django.utils import timezone
from transfer_fixtures import fields_of, pem_of

from credenza.document import elmo
from credenza.proof import xml_signature


@pytest.fixture
def begin(client, registry, entry):
    """The learner who is signed in asks the organisation; the fields of the form that goes there."""
    registry(entry)

    def post(purpose=""):
        response = client.post("/wallet/fetch", {"provider": "IE/UNI", "for": purpose})
        assert response.status_code == 200, response.content
        assert f'action="{entry["url"]}"' in response.content.decode()
        return fields_of(response)

    return post


@pytest.fixture
def provided(client, held):
    """What the provider answers to a request of Ana's: the fields of its form."""

    def answer(asked, by):
        client.force_login(by)
        address = client.post("/emrex/uni", asked).headers["Location"]
        return fields_of(client.post(address, {"step": "send", "result": str(held.pk)}))

    return answer


def bring_back(client, fields, code=302):
    response = client.post("/wallet/fetch/return", fields)
    assert response.status_code == code, response.content
    return response.headers.get("Location", response.content.decode())


def opened(client, ticket):
    response = client.get(ticket, follow=True)
    return response.content.decode()


def answer_signed_by(signer, award, asked, **changes):
    document = xml_signature.sign_enveloped(elmo.to_document(award, generated=timezone.now()), signer)
    return {"sessionId": asked["sessionId"], "returnCode": "NCP_OK", "elmo": elmo.pack(document)} | changes


@pytest.fixture
def foreign(registry, client, stranger):
    """A provider elsewhere, and a request to it; ``foreign()`` gives the fields of the request."""
    registry(
        {
            "acronym": "FAR",
            "countryCode": "FI",
            "institutions": ["Far"],
            "url": "https://far.example",
            "pubKey": pem_of(stranger),
        }
    )

    def ask(purpose=""):
        return fields_of(client.post("/wallet/fetch", {"provider": "FI/FAR", "for": purpose}))

    return ask
