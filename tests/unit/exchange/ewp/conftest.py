"""A node of Erasmus Without Paper."""

from datetime import timedelta

import pytest

from credenza.document import elmo
from credenza.exchange.ewp.services import Mobility, Node
from credenza.record import Identifier, IdentifierKind

from .ewp_parts import CORK, ESI, HOST, NOW, SERVER


@pytest.fixture
def node(make_award):
    award = make_award(learner={"identifiers": (Identifier(kind=IdentifierKind.ESI, value=ESI),)})
    issuer = award.issuer.model_copy(
        update={"identifiers": (Identifier(kind=IdentifierKind.SCHAC, value="cork.example"),)}
    )
    document = elmo.to_bytes(elmo.to_document(award.model_copy(update={"issuer": issuer}), generated=NOW))
    mobilities = {
        name: Mobility(name, sender, "cork.example", NOW - timedelta(days=days), document)
        for name, sender, days in (
            ("m-1", "uma.example", 1),
            ("m-2", "helsinki.example", 1),
            ("m-3", "uma.example", 30),
        )
    }
    return Node(
        host=HOST,
        institutions={CORK.id: CORK},
        find_mobility=mobilities.get,
        list_mobilities=lambda receiving: iter(mobilities.values()),
        signer=SERVER,
        most_mobilities=2,
    )
