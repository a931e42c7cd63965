"""Any record, in any format, read back, is the same record; and no document makes a reader stumble."""

import contextlib
import copy
import importlib.util
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credenza.document import elm, elmo, open_badge, sd_jwt_vc
from credenza.errors import MalformedInput
from credenza.linked_data.guard import refuse_uncovered
from credenza.record import Media, StatusKind

_spec = importlib.util.spec_from_file_location("document_records", Path(__file__).with_name("conftest.py"))
records = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(records)

MOMENTS = records.MOMENTS
PAGE = Media.of(b"\x89PNG page", "image/png")
OURS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@OURS
@given(records.awards())
def test_any_record_survives_elm(award):
    document = orjson.loads(elm.to_bytes(elm.to_document(award, page=PAGE)))
    reading = elm.from_document(document)
    assert reading.award == award
    assert reading.not_carried == ()
    assert elm.check_membership(document) == ()


@OURS
@given(records.awards())
def test_any_record_survives_open_badges(award):
    reading = open_badge.from_document(orjson.loads(orjson.dumps(open_badge.to_document(award))))
    in_badge = tuple(one for one in award.status if one.kind is StatusKind.BITSTRING)
    assert reading.award == award.model_copy(update={"status": in_badge})
    assert reading.not_carried == ()


@OURS
@given(records.awards())
def test_any_record_survives_a_wallet(award):
    template = sd_jwt_vc.Template(award.micro_credential, award.issuer, award.language)
    claims = orjson.loads(orjson.dumps(template.claims(award, issuer="https://x.example")))
    assert sd_jwt_vc.from_claims(claims).award == award


@OURS
@given(records.awards(), MOMENTS)
def test_any_record_survives_elmo(award, generated):
    transcript = elmo.from_bytes(elmo.to_bytes(elmo.to_document(award, generated=generated)))
    assert [entry.award for entry in transcript.entries] == [award]
    assert transcript.entries[0].not_carried == transcript.not_carried == ()
    assert transcript.generated == generated


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(records.awards())
def test_every_term_that_is_written_is_covered_by_a_seal(award):
    refuse_uncovered(elm.to_document(award, page=PAGE))
    refuse_uncovered(open_badge.to_document(award))


@OURS
@given(records.awards(), st.data())
def test_a_wallet_credential_of_which_little_is_disclosed_is_read(award, data):
    template = sd_jwt_vc.Template(award.micro_credential, award.issuer, award.language)
    claims = template.claims(award, issuer="https://x.example")
    kept = data.draw(st.sets(st.sampled_from(sorted(claims))))
    sd_jwt_vc.from_claims({name: value for name, value in claims.items() if name in kept})


@pytest.mark.parametrize("read", [elm.from_document, open_badge.from_document, sd_jwt_vc.from_claims])
@OURS
@given(data=st.data())
def test_no_document_makes_a_reader_stumble(read, data):
    award = data.draw(records.awards())
    whole = {
        elm.from_document: lambda: elm.to_document(award, page=PAGE),
        open_badge.from_document: lambda: open_badge.to_document(award),
        sd_jwt_vc.from_claims: lambda: sd_jwt_vc.Template(award.micro_credential, award.issuer, "en").claims(
            award, issuer="https://x"
        ),
    }[read]()
    document = orjson.loads(orjson.dumps(whole))
    place = document
    for _ in range(data.draw(st.integers(0, 4))):
        inner = [
            value
            for value in (place.values() if isinstance(place, dict) else place)
            if isinstance(value, dict | list) and value
        ]
        if not inner:
            break
        place = data.draw(st.sampled_from(inner))
    key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
    place[key] = data.draw(JSON)
    with contextlib.suppress(MalformedInput):
        read(document)


@OURS
@given(data=st.data())
def test_no_elmo_file_makes_its_reader_stumble(data):
    document = elmo.to_document(data.draw(records.awards()), generated=data.draw(MOMENTS))
    place = data.draw(st.sampled_from(list(document.iter())))
    change = data.draw(st.sampled_from(["text", "remove", "repeat", "rename"]))
    if change == "text" or place is document:
        place.text = data.draw(records.LINES)
    elif change == "remove":
        place.getparent().remove(place)
    elif change == "repeat":
        place.getparent().append(copy.deepcopy(place))
    else:
        place.tag = data.draw(st.sampled_from([one.tag for one in document.iter()]))
    with contextlib.suppress(MalformedInput):
        elmo.from_bytes(elmo.to_bytes(document))
