"""The W3C's data model suite as two tables: credentials that must be issued, and such that never may be."""

from typing import Any

V2 = "https://www.w3.org/ns/credentials/v2"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"


def credential(**changes: Any) -> dict[str, Any]:
    """The suites' smallest credential; a member that is Ellipsis is taken away."""
    base = {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"id": "did:example:subject"},
    }
    return {name: value for name, value in {**base, **changes}.items() if value is not ...}


ORG = "https://example.org/examples#"
NOT_A_URL = "https ://not-a-url/x"
URL = "https://example.org/#Test"
TEXTS = {
    "a text": "Dog",
    "with language": {"@value": "Dog", "@language": "en"},
    "with language and direction": {"@value": "كلب", "@language": "ar", "@direction": "rtl"},
    "in several languages": [{"@value": "Dog", "@language": "en"}, {"@value": "Chien", "@language": "fr"}],
}
NO_TEXTS = {
    "with another member": {"@value": "Dog", "@language": "en", "url": "did:example:x"},
    "a number": 5,
    "without a value": {"@language": "en"},
    "with an unknown direction": {"@value": "x", "@direction": "up"},
    "with a language that is none": {"@value": "x", "@language": "e n"},
    "an empty list": [],
}


def own(name):
    return [V2, {name: ORG + name}]


GOOD = {
    "4.3 several contexts by address": credential(**{"@context": [V2, EXAMPLES]}),
    "4.3 a context written out": credential(**{"@context": own("Test")}, type=["VerifiableCredential", "Test"]),
    "4.4 an id": credential(id="urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33"),
    "4.4 a subject without id": credential(credentialSubject={"name": "Alice"}),
    "4.5 a type that is an address": credential(type=["VerifiableCredential", URL]),
    "4.5 types in another order": credential(type=[URL, "VerifiableCredential", URL + "2"]),
    "4.7 the issuer as an object": credential(issuer={"id": "did:example:issuer"}),
    "4.8 several subjects": credential(credentialSubject=[{"id": "did:example:a"}, {"id": "did:example:b"}]),
    "4.9 milliseconds": credential(validFrom="2023-02-25T19:16:31.123Z", validUntil="2033-02-25T19:16:31.123456789Z"),
    "4.9 an offset": credential(validFrom="2023-02-25T19:16:31-06:00", validUntil="2033-02-25T19:16:31+05:30"),
    "4.9 the future": credential(validFrom="2099-01-01T00:00:00Z"),
    "4.9 the same time twice": credential(validFrom="2023-02-25T19:16:31Z", validUntil="2023-02-25T20:16:31+01:00"),
    "4.9 midnight as 24:00": credential(validFrom="2023-02-25T24:00:00Z", validUntil="2023-02-26T00:00:00Z"),
    "4.10 a status": credential(
        **{"@context": own("Status2017")}, credentialStatus={"id": "did:example:s", "type": "Status2017"}
    ),
    "4.10 a status without id": credential(**{"@context": own("Status2017")}, credentialStatus={"type": "Status2017"}),
    "4.11 a schema": credential(credentialSchema={"id": "https://example.org/s.json", "type": "JsonSchema"}),
    "4.11 schemas": credential(
        credentialSchema=[
            {"id": "https://example.org/s.json", "type": "JsonSchema"},
            {"id": "https://example.org/t.json", "type": URL},
        ]
    ),
    "5.4 a refresh service": credential(refreshService={"id": "did:example:r", "type": URL}),
    "5.4 refresh services without id": credential(refreshService=[{"type": URL}, {"id": "did:example:r", "type": URL}]),
    "5.5 terms of use": credential(termsOfUse=[{"type": URL}, {"id": "urn:policy:1", "type": URL}]),
    "5.6 evidence": credential(evidence={"type": URL}),
    "5.6 several pieces of evidence": credential(evidence=[{"type": URL}, {"id": "urn:e", "type": URL}]),
    **{f"4.6 a name {how}": credential(name=text) for how, text in TEXTS.items()},
    **{f"4.6 a description {how}": credential(description=text) for how, text in TEXTS.items()},
    **{f"4.6 an issuer's name {how}": credential(issuer={"name": text}) for how, text in TEXTS.items()},
    **{f"4.6 an issuer's description {how}": credential(issuer={"description": text}) for how, text in TEXTS.items()},
}

BAD = {
    "4.3 no context": credential(**{"@context": ...}),
    "4.3 no base context": credential(**{"@context": [EXAMPLES]}),
    "4.3 the base context last": credential(**{"@context": [EXAMPLES, V2]}),
    "4.3 one context that is no list": credential(**{"@context": V2}),
    "4.3 an address that is none": credential(**{"@context": [V2, NOT_A_URL]}),
    "4.3 a context that nobody knows": credential(**{"@context": [V2, "https://example.com"]}),
    "4.3 a number as context": credential(**{"@context": [V2, 123192875]}),
    "4.3 null as context": credential(**{"@context": [V2, None]}),
    "4.3 a list as context": credential(**{"@context": [V2, []]}),
    "4.4 an id that is null": credential(id=None),
    "4.4 two ids": credential(id=["urn:a", "urn:b"]),
    "4.4 an id that is no address": credential(id="not-a-url"),
    "4.4 an id with a space": credential(id=NOT_A_URL),
    "4.4 two ids of the subject": credential(credentialSubject={"id": ["did:example:a", "did:example:b"]}),
    "4.4 a subject's id that is no address": credential(credentialSubject={"id": "alice"}),
    "4.5 no type": credential(type=...),
    "4.5 no VerifiableCredential": credential(**{"@context": own("Test")}, type=["Test"]),
    "4.5 a type mapped to no address": credential(
        **{"@context": [V2, {"Test": "https ://not-a-url#Test"}]}, type=["VerifiableCredential", "Test"]
    ),
    "4.5 a type that is not mapped": credential(
        **{"@context": [V2, {"@vocab": None}]}, type=["VerifiableCredential", "Test"]
    ),
    "4.5 an undefined type": credential(type=["VerifiableCredential", "Test"]),
    "4.5 a status without type": credential(credentialStatus={"id": "did:example:s"}),
    "4.5 terms of use without type": credential(termsOfUse={"id": "urn:policy:1"}),
    "4.5 one of several terms of use without type": credential(termsOfUse=[{"type": URL}, {"id": "urn:policy:1"}]),
    "4.5 evidence without type": credential(evidence={"id": "urn:e"}),
    "4.5 a refresh service without type": credential(refreshService={"id": "did:example:r"}),
    "4.5 a schema without type": credential(credentialSchema={"id": "https://example.org/s.json"}),
    "4.7 an issuer that is no address": credential(issuer="issuer"),
    "4.7 an issuer that is null": credential(issuer=None),
    "4.7 an issuer whose id is null": credential(issuer={"id": None}),
    "4.7 an issuer whose id is no address": credential(issuer={"id": "issuer"}),
    "4.8 no subject": credential(credentialSubject=...),
    "4.8 a subject that says nothing": credential(credentialSubject={}),
    "4.8 one of several subjects says nothing": credential(credentialSubject=[{"id": "did:example:a"}, {}]),
    "4.8 no subject in the list": credential(credentialSubject=[]),
    "4.9 a time in words": credential(validFrom="Sat 25 Feb 2023 07:16:31 PM CST"),
    "4.9 an end in words": credential(validUntil="Sun, 26 Feb 2023 01:22:14 +0000"),
    "4.9 a date alone": credential(validFrom="2023-02-25"),
    "4.9 a month that is none": credential(validFrom="2023-13-25T00:00:00Z"),
    "4.9 a time without its offset": credential(validFrom="2023-02-25T00:00:00"),
    "4.9 two times": credential(validFrom=["2023-02-25T00:00:00Z"]),
    "4.9 an end before the beginning": credential(validFrom="2023-02-25T00:00:00Z", validUntil="2023-02-24T00:00:00Z"),
    "4.10 a status whose type is a number": credential(credentialStatus={"id": "did:example:s", "type": 2}),
    "4.10 two ids of a status": credential(credentialStatus={"id": ["urn:a", "urn:b"], "type": URL}),
    "4.10 a status whose id is no address": credential(credentialStatus={"id": NOT_A_URL, "type": URL}),
    "4.11 a schema without id": credential(credentialSchema={"type": "JsonSchema"}),
    "4.11 a schema whose id is no address": credential(credentialSchema={"id": NOT_A_URL, "type": "JsonSchema"}),
    "4.11 a schema that is a text": credential(credentialSchema="https://example.org/s.json"),
    "5.2 a redefined base type": credential(**{"@context": [V2, {"VerifiableCredential": URL}]}),
    "5.2 a redefined protected term": credential(
        **{"@context": [V2, {"@protected": True, "Test": URL}, {"Test": URL + "2"}]},
        type=["VerifiableCredential", "Test"],
    ),
    "5.4 a refresh service whose id is no address": credential(refreshService={"id": NOT_A_URL, "type": URL}),
    "5.10 a render method without type": credential(renderMethod={"id": "urn:r"}),
    "an undefined term": credential(credentialSubject={"id": "did:example:a", "undefinedTerm": "x"}),
    **{f"4.6 a name {how}": credential(name=text) for how, text in NO_TEXTS.items()},
    **{f"4.6 a description {how}": credential(description=text) for how, text in NO_TEXTS.items()},
    **{f"4.6 an issuer's name {how}": credential(issuer={"name": text}) for how, text in NO_TEXTS.items()},
}
