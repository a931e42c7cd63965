"""Sharing, field by field: what a holder does not show is in nothing that the link gives."""

import base64
import html
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from django.utils import timezone
from service_fixtures import claim_link

from credenza.record import Evidence, Identifier, IdentifierKind, Result, Text, concept
from credenza.record.annex_i_tables import findings
from credenza.record.description import describe
from credenza.service.issuance import documents, issuing
from credenza.service.wallet import holding, sharing
from credenza.vocabulary import word

pytestmark = pytest.mark.django_db
ALWAYS = ["title", "awarding_body"]
_QUALITY = {
    "id": "https://quagmire.example/1",
    "type": "programme-quality-assurance",
    "title": "Review by Quagmire",
    "valid_from": "2011-01-01",
    "valid_until": "2019-12-31",  # ended before the award: the check's reason would say so
    "agency": {"id": "https://quagmire.example", "legal_name": "Quagmire Agency", "country": "IE"},
    "identifiers": {"deqar": "QUAG-0001"},
}
FORM = {
    "title": {"en": "Marked course", "de": "Markierter Kurs"},
    "languages": ["lv"],
    "fields": ["0811"],
    "ects": 4.5,
    "workload_hours": 123,
    "participation": ["blended"],
    "prerequisites": "Prerequo",
    "further_information": "Furtherance",
    "learning_outcomes": [{"title": "Brazelton", "kind": "skill"}],
    "assessments": [
        {
            "title": "Glimmerwork",
            "type": "project-work",
            "supervision": "supervised-online-with-id",
            "grading_scheme": {"title": "Glimmerscale"},
        }
    ],
    "quality_assurance": [_QUALITY],
    "stackability": {"integration": "stackable", "towards": [{"title": "Stackadoodle"}]},
}
MARKERS = {
    "learner": ("Quillon", "Vexworth"),
    "birth_date": ("1987",),
    "country_region": ("IE053", "Dublin"),
    "date_of_issuing": ("2026-01-30", '"iat"', '"nbf"'),
    "valid_until": ("2039", '"exp"', "2191190400"),
    "learning_outcomes": ("Brazelton",),
    "workload": ("PT123H", "4.5 ECTS", "123 h"),
    "level": ("EQF:", "snb/eqf/", "QF-EHEA:", "snb/qdr/"),
    "assessment_type": ("Glimmerwork", "Glimmerscale"),
    "supervision": ("70be69aaf9", "Supervised with", "Beaufsichtigt mit"),
    "grade": ("Splendidus",),
    "form_of_participation": ("e92d221e4d", "Blended", "Kombiniert"),
    "quality_assurance": ("Quagmire", "QUAG-0001", "2019-12-31"),
    "language": ("LAV", "Latvian", "Lettisch"),
    "field": ("0811", "Crop and livestock"),
    "prerequisites": ("Prerequo",),
    "stackability": ("Stackadoodle",),
    "further_information": ("Furtherance", "evidence.example"),
}
NEVER = ("never-told.example", "NID-4711", "STUDENT-4712", "CERT-4713", "Otherling", "ACME-the-audience")
"""Of the person beside the fields, of the wallet's other credentials, and for whom it is."""


@pytest.fixture
def learner(signed_in):
    return signed_in(email="quillon@never-told.example")


@pytest.fixture
def held(learner, organisation, make_version, make_row):
    other = issuing.issue_rows(make_version(organisation, title="Otherling"), [make_row()], batch=None)[0][0][1]
    holding.claim(claim_link(other), learner.user)
    row = make_row(
        full_name="Quillon Vexworth",
        given_name="Quillon",
        family_name="Vexworth",
        birth_date=date(1987, 11, 23),
        email="quillon@never-told.example",
        national_id=Identifier(kind=IdentifierKind.NATIONAL_ID, value="NID-4711", country=concept("country", "IE")),
        identifiers=(Identifier(kind=IdentifierKind.STUDENT_NUMBER, value="STUDENT-4712"),),
    )
    row = replace(
        row,
        results=(Result(grade=Text.of("Splendidus")),),
        valid_until=datetime(2039, 6, 9, tzinfo=UTC),
        identifiers=(Identifier(kind=IdentifierKind.CERTIFICATE_NUMBER, value="CERT-4713"),),
        evidence=(Evidence(url="https://evidence.example/work"),),
    )
    made, _ = issuing.issue_rows(make_version(organisation, **FORM), [row], batch=None)
    return holding.claim(claim_link(made[0][1]), learner.user)


def link_to(held, fields):
    ends = timezone.now() + timedelta(days=3)
    return sharing.make(held.owner, {held: fields}, audience="ACME-the-audience", expires_at=ends, maximum_views=None)


def given_by(client, secret):
    """All that the link gives: the page in four languages with its headers, and every file that it leads to."""
    path, texts, files = f"/s/{secret}", [], []
    client.logout()
    for asked in ({}, {"headers": {"accept-language": "de"}}, {"query_params": {"reader": "fr"}}):
        response = client.get(path, **asked)
        assert response.status_code == 200
        page = response.content.decode()
        texts += [html.unescape(page), str(dict(response.headers))]
        files += re.findall(rf'(?:href|src|content|action)="({path}[^"?]+)', page)
    for file in [*dict.fromkeys(files), f"{path}/0.sd-jwt"]:
        response = client.get(file)
        assert (response.status_code == 200) == (file in files), (
            "a file is had where the page offers it, and only there"
        )
        if response.status_code == 200:
            texts += [_readable(response.content.decode()), str(dict(response.headers))]
    return "\n".join(texts)


def _readable(sealed):
    token, *disclosures, _ = sealed.split("~")
    header, payload, _ = token.split(".")
    return "\n".join(base64.urlsafe_b64decode(part + "===").decode() for part in (header, payload, *disclosures))


def lines_of(held):
    return [line.key for line in describe(held.award.as_record, "en") if line.key not in ALWAYS]


def found(markers, text):
    return [marker for marker in markers if marker in text]


def test_every_field_has_a_marker_that_is_seen_where_it_is_shown(client, held):
    assert set(lines_of(held)) == set(MARKERS)
    _, secret = link_to(held, lines_of(held))
    text = given_by(client, secret)
    assert [key for key, markers in MARKERS.items() if not found(markers, text)] == []
    assert found(NEVER, text) == []


@pytest.mark.parametrize("hidden", [*MARKERS, "valid_until+quality_assurance", "learner+birth_date+grade", "all"])
@pytest.mark.parametrize("kind", ["award", "file"])
def test_a_hidden_field_is_nowhere(client, learner, held, hidden, kind):
    if kind == "file":
        held = holding.bring(learner.user, documents.document(held.award, "elm").data)
        keys = [line.key for line in describe(holding.report_of(held).award, "en")]
    else:
        keys = lines_of(held)
    left_out = [*MARKERS] if hidden == "all" else hidden.split("+")
    _, secret = link_to(held, [key for key in keys if key not in left_out])
    text = given_by(client, secret)
    leaked = {key: found(MARKERS[key], text) for key in left_out if found(MARKERS[key], text)}
    assert leaked == {}
    assert found(NEVER, text) == []
    labels = [word(key, language) for key in left_out for language in ("en", "de", "fr")]
    assert [label for label in labels if f"<dt>{label}</dt>" in text] == []
    if hidden == "all":
        assert list(client.session.keys()) == []


def test_the_log_and_the_list_of_shares_name_no_field(learner, held):
    _, secret = link_to(held, ALWAYS)
    learner.get(f"/s/{secret}")
    page = html.unescape(learner.get("/wallet/shares").content.decode())
    assert {key: found(markers, page) for key, markers in MARKERS.items() if found(markers[:1], page)} == {}


def test_hidden_claims_cannot_be_guessed_from_their_digests(client, held):
    """Each digest has a salt of its own of 128 bits at least, and no salt that is told serves for what is not."""
    whole = documents.document(held.award, "sd-jwt-vc").data.decode()
    _, secret = link_to(held, [*ALWAYS, "date_of_issuing", "valid_until"])
    sealed = client.get(f"/s/{secret}/0.sd-jwt").content.decode()
    told, all_there = ([json.loads(part) for part in _readable(one).split("\n")] for one in (sealed, whole))
    digests, shown, hidden = set(told[1]["_sd"]), told[2:], [one for one in all_there[2:] if one not in told]
    assert len(hidden) > 15
    assert len({salt for salt, *_ in all_there[2:]}) == len(all_there) - 2
    assert all(len(base64.urlsafe_b64decode(salt + "==")) >= 16 for salt, *_ in all_there[2:])
    guesses = [[salt, *claim] for salt in ["", *(one[0] for one in shown)] for _, *claim in hidden]
    assert digests.isdisjoint(_digest(guess) for guess in [*guesses, *(one[1:] for one in hidden)])
    assert digests >= {_digest(one) for one in hidden}, "the real ones are there, so that a guess would have been found"


def _digest(disclosure):
    written = json.dumps(disclosure, separators=(",", ":"), ensure_ascii=False).encode()
    return (
        base64.urlsafe_b64encode(sha256(base64.urlsafe_b64encode(written).rstrip(b"=")).digest()).rstrip(b"=").decode()
    )


def test_an_expired_award_does_not_say_when_where_its_end_is_hidden(client, learner, version, make_row):
    row = replace(make_row(), valid_until=datetime(2026, 2, 3, tzinfo=UTC))
    made, _ = issuing.issue_rows(version, [row], batch=None)
    held = holding.claim(claim_link(made[0][1]), learner.user)
    _, secret = link_to(held, ["learner", "date_of_issuing"])
    text = given_by(client, secret)
    assert 'class="verdict invalid"' in text
    assert "2026-02-03" not in text
    assert "chose not to show what this check looked at" in text


def test_what_the_standard_asks_more_of_is_told_only_where_it_is_shown(client, held):
    asked = f"asks for more: {findings()['quality-assurance-not-in-force'].element.name}"
    for left_out in ([], ["birth_date"], ["quality_assurance"]):
        _, secret = link_to(held, [key for key in lines_of(held) if key not in left_out])
        page = html.unescape(client.get(f"/s/{secret}").content.decode())
        assert (asked in page) is (left_out != ["quality_assurance"])
        assert "annex-i-incomplete" in page, "how the check ended is always told"
