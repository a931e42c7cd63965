"""The names that ELMO and our extension of it use.

ELMO (EMREX, CEN EN 15981): all versions share one namespace, so they are told apart by content.
"""

from __future__ import annotations

from lxml import etree

from credenza.record import IdentifierKind

ELMO = "https://github.com/emrex-eu/elmo-schemas/tree/v1"
EXTENSION = "https://w3id.org/credenza/elmo-micro-credential/v1"
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
MICRO_CREDENTIAL = "Micro Credential"

LEARNER_TYPES = {IdentifierKind.ESI: "esi", IdentifierKind.NATIONAL_ID: "nationalIdentifier"}
"""The types of learners' identifiers that ELMO predefines; others go by the name of their kind."""

_CODES = """
AD AE AF AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM CN CO
CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FR GA GB GD GE GH GL GM GN GQ GR GT GW GY HN HR HT HU
ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KI KM KN KP KR KW KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH
MK ML MM MN MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NR NU NZ OM PA PE PG PH PK PL PR PS PT PW PY QA RO RS RU
RW SA SB SC SD SE SG SI SK SL SM SN SO SR ST SV SY SZ TD TG TH TJ TL TM TN TO TR TT TV TZ UA UG US UY UZ VA VC VE
VN VU WS YE ZA ZM ZW
"""
COUNTRIES = frozenset(_CODES.split())
"""The codes that ELMO's list of countries (EUROPASS_ISOCountries 1.1) has; it lacks Kosovo and some territories."""


def tag(name: str) -> str:
    """An element's name in the ELMO namespace."""
    return f"{{{ELMO}}}{name}"


def child(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    """A new last child, with its text.

    Raises:
        ValueError: the text has characters that XML cannot carry.
    """
    element = etree.SubElement(parent, tag(name), attributes)
    element.text = text
    return element
