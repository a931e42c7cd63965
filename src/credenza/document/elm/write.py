"""Awards to ELM documents; what is the same for a whole class list is made once."""

from __future__ import annotations

import orjson

from credenza.document.elm.nodes import Node, Writer, own, stated
from credenza.document.elm.write_achievement import AchievementTemplate, attachments, part_nodes
from credenza.record import Award, Concept, Media, MicroCredential, Organisation
from credenza.record.award import StatusKind
from credenza.record.instant import to_text
from credenza.vocabulary import vocabulary

CONTEXTS = ("https://www.w3.org/2018/credentials/v1", "http://data.europa.eu/snb/model/context/edc-ap")
SCHEMA_URL = "http://data.europa.eu/snb/model/ap/edc-generic-full"
_GENERIC = Concept(uri="http://data.europa.eu/snb/credential/e34929035b")


def to_document(award: Award, *, page: Media) -> Node:
    """An award as an unsealed European Digital Credential that shows this page."""
    return Template(award.micro_credential, award.issuer, award.language).document(award, page)


def to_bytes(document: Node) -> bytes:
    """The document as JSON in UTF-8: the bytes that are sealed."""
    return orjson.dumps(document)


class Template:
    """The document of one micro-credential, to be filled with each learner's own.

    Of the status references only that of the token status list is written: ELM has room for one.
    """

    def __init__(self, definition: MicroCredential, issuer: Organisation, language: str) -> None:
        write = Writer(language)
        self._write, self._definition, self._language = write, definition, language
        self._issuer = write.organisation(issuer)
        self._achievement = AchievementTemplate(definition, write, language)
        found = vocabulary("language").find(language)
        self._display_language = write.concept(Concept(uri=found.uri)) if found else None
        self._profile = write.concept(_GENERIC)
        self._encoding: dict[str, Node] = {}

    def document(self, award: Award, page: Media) -> Node:
        """The document of one award; ``page`` is the picture that Europass shows."""
        issued = to_text(award.issued) if award.issued else None
        until = to_text(award.valid_until) if award.valid_until else None
        begins = to_text(award.valid_from) if award.valid_from else issued
        write = Writer(self._language)
        return stated(
            {
                "@context": list(CONTEXTS),
                "id": award.id,
                "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
                "credentialProfiles": self._profile,
                "credentialSchema": {"id": SCHEMA_URL, "type": "ShaclValidator2017"},
                "displayParameter": self._display(page),
                "attachment": attachments(award.parts, write),
                "identifier": [own(write.identifier(one), "credential") for one in award.identifiers],
                "issuanceDate": begins,
                "issued": issued,
                "validFrom": begins,
                "expirationDate": until,
                "validUntil": until,
                "credentialStatus": _status(award),
                "issuer": self._issuer,
                "credentialSubject": self._person(award, write),
            }
        )

    def _display(self, page: Media) -> Node:
        kind = self._encoding.get(page.media_type)
        if kind is None:
            kind = self._encoding[page.media_type] = (
                self._write.media(Media(media_type=page.media_type, content="")) or {}
            )
        detail = {
            "id": "urn:epass:displayDetail:1",
            "type": "DisplayDetail",
            "image": kind | {"content": page.content},
            "page": 1,
        }
        return {
            "id": "urn:epass:displayParameter:1",
            "type": "DisplayParameter",
            "title": dict(self._definition.title.root),
            "language": self._display_language,
            "primaryLanguage": self._display_language,
            "individualDisplay": {
                "id": "urn:epass:individualDisplay:1",
                "type": "IndividualDisplay",
                "language": self._display_language,
                "displayDetail": detail,
            },
        }

    def _person(self, award: Award, write: Writer) -> Node:
        learner = award.learner
        born = learner.birth_date
        national = learner.national_id
        legal = national is not None and national.country is not None
        identifiers = learner.identifiers + ((national,) if national is not None and not legal else ())
        return stated(
            {
                "id": learner.id or "urn:epass:person:1",
                "type": "Person",
                "fullName": self._name(learner.full_name),
                "givenName": self._name(learner.given_name),
                "familyName": self._name(learner.family_name),
                "dateOfBirth": f"{born.isoformat()}T00:00:00Z" if born else None,
                "nationalID": own(write.identifier(national), "person") if national is not None and legal else None,
                "identifier": [own(write.identifier(one), "person") for one in identifiers],
                "contactPoint": own(write.contact(learner.email), "person"),
                "hasClaim": self._claim(award, write),
            }
        )

    def _claim(self, award: Award, write: Writer) -> Node:
        claim = self._achievement.node(
            awarded=award.awarded, results=award.results, evidence=award.evidence, write=write
        )
        if award.parts:
            claim["hasPart"] = part_nodes(award.parts, self._write, self._language)
        return claim

    def _name(self, name: str | None) -> Node | None:
        return {self._language: name} if name else None


def _status(award: Award) -> Node | None:
    """The token status list, which tells revocation and suspension in one place."""
    token = next((one for one in award.status if one.kind is StatusKind.TOKEN), None)
    return None if token is None else {"id": f"{token.list_url}#idx={token.index}", "type": "CredentialStatus"}
