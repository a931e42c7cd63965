"""Parts that were read before are read the same, and a changed part is read as it is now."""

from __future__ import annotations

import copy
from typing import Any

import orjson
import pytest

from credenza.document import elm, open_badge, sd_jwt_vc
from credenza.errors import MalformedInput
from credenza.record import Media

PAGE = Media.of(b"\x89PNG page", "image/png")


@pytest.fixture
def sheet(make_award: Any) -> dict[str, Any]:
    return orjson.loads(elm.to_bytes(elm.to_document(make_award(), page=PAGE)))


def test_what_a_known_part_could_not_carry_is_named_every_time(sheet: dict[str, Any]) -> None:
    sheet["issuer"]["strange"] = "x"
    first, second = elm.from_document(sheet), elm.from_document(copy.deepcopy(sheet))
    assert "credential.issuer.strange" in first.not_carried
    assert second == first


def test_a_changed_issuer_is_read_as_it_is_now(sheet: dict[str, Any]) -> None:
    elm.from_document(sheet)
    sheet["issuer"]["legalName"] = {"en": "Another University"}
    assert elm.from_document(sheet).award.issuer.legal_name.best("en") == "Another University"


def test_an_issuer_that_is_not_well_formed_is_refused_each_time(sheet: dict[str, Any]) -> None:
    for _ in range(2):
        elm.from_document(sheet)
        bad = copy.deepcopy(sheet)
        bad["issuer"]["legalName"] = {"en": ""}
        with pytest.raises(MalformedInput, match="empty"):
            elm.from_document(bad)


def test_a_false_term_in_a_known_part_is_found_at_its_place(sheet: dict[str, Any]) -> None:
    for _ in range(2):
        assert elm.check_membership(sheet) == ()
        bad = copy.deepcopy(sheet)
        bad["issuer"]["location"]["address"]["countryCode"]["id"] = (
            "http://publications.europa.eu/resource/authority/country/XYZ"
        )
        ((place, code, _),) = elm.check_membership(bad)
        assert (place, code) == ("credential.issuer.location.address.countryCode", "term-not-a-member")


def test_a_wallet_credential_names_the_place_of_what_is_wrong_in_a_known_part(make_award: Any) -> None:
    award = make_award()
    template = sd_jwt_vc.Template(award.micro_credential, award.issuer, award.language)
    claims = orjson.loads(orjson.dumps(template.claims(award, issuer="https://x.example")))
    first = sd_jwt_vc.from_claims(claims)
    assert sd_jwt_vc.from_claims(copy.deepcopy(claims)) == first
    for _ in range(2):
        bad = copy.deepcopy(claims)
        bad["issuer_details"]["id"] = "no address"
        with pytest.raises(MalformedInput, match=r"micro_credential\.awarding_body\.id"):
            sd_jwt_vc.from_claims(bad)


def test_a_badge_of_another_definition_is_read_as_its_own(make_award: Any) -> None:
    one, other = make_award(), make_award(definition={"workload": "PT80H"})
    read = [open_badge.from_document(orjson.loads(orjson.dumps(open_badge.to_document(a)))) for a in (one, other, one)]
    assert [str(r.award.micro_credential.workload) for r in read] == ["PT75H", "PT80H", "PT75H"]
