"""Make src/credenza/vocabulary/tables/*.csv from the official XSD files beside the checkout (../shared/data).

Run by a maintainer when a vocabulary changes: ``pip install babel`` (for names of countries and languages in the EU's
languages, from CLDR), then ``.venv/bin/python scripts/make_vocabulary_tables.py``. Short codes and translations that
the sources lack are kept in scripts/vocabulary_additions.csv.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

from babel import Locale
from babel.core import get_global
from lxml import etree

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT.parent / "shared" / "data" / "elm" / "vocabularies"
TABLES = ROOT / "src" / "credenza" / "vocabulary" / "tables"
ADDITIONS = Path(__file__).with_name("vocabulary_additions.csv")
LANGUAGES = [
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr",
    "hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv",
]  # fmt: skip
SNB = "http://data.europa.eu/snb/"
AUTHORITY = "http://publications.europa.eu/resource/authority/"
XS = "{http://www.w3.org/2001/XMLSchema}"

VOCABULARIES = {  # name: (file, prefix of the terms, concept scheme)
    "eqf": ("eqf", SNB + "eqf/", None),
    "nqf": ("nqf", SNB + "qdr/", None),
    "isced-f": ("isced-f", SNB + "isced-f/", None),
    "assessment": ("europass-learning-assessment-types", SNB + "assessment/", None),
    "mode": ("europass-modes", SNB + "learning-assessment/", None),
    "accreditation": ("europass-accreditation-types", SNB + "accreditation/", None),
    "credit": ("credit-points", SNB + "education-credit/", None),
    "country": ("country", AUTHORITY + "country/", AUTHORITY + "country"),
    "language": ("language", AUTHORITY + "language/", AUTHORITY + "language"),
    "atu": ("atu", AUTHORITY + "atu/", AUTHORITY + "atu"),
    "nuts": ("nuts", "http://data.europa.eu/nuts/code/", "http://data.europa.eu/nuts"),
    "file-type": ("file-type", AUTHORITY + "file-type/", AUTHORITY + "file-type"),
    "encoding": ("europass-content-encoding-types", SNB + "encoding/", None),
    "credential-type": ("europass-credential-types", SNB + "credential/", None),
    "learning-opportunity": ("europass-learning-opportunity-types", SNB + "learning-opportunity/", None),
    "learning-setting": ("europass-learning-setting-types", SNB + "learning-setting/", None),
    "learning-activity": ("europass-learning-activity-types", SNB + "learning-activity/", None),
    "learning-schedule": ("europass-learning-schedule-types", SNB + "learning-schedule/", None),
    "skill-type": ("skill-types", SNB + "skill-type/", None),
    "skill-reuse": ("skill-reuse-levels", SNB + "skill-reuse-level/", None),
    "target-group": ("europass-target-groups", SNB + "target-group/", None),
    "entitlement-type": ("europass-learning-entitlement-types", SNB + "entitlement/", None),
    "entitlement-status": ("europass-learning-entitlement-statuses", SNB + "entitlement-status/", None),
}
OWN = {  # vocabularies that the XSD files lack: all their terms are in the additions
    "supervision": (SNB + "supervision-verification/", SNB + "supervision-verification/25831c2"),
    "qf-ehea": ("https://w3id.org/credenza/qf-ehea/", "https://w3id.org/credenza/qf-ehea"),
}


def read(name: str) -> list[tuple[str, str]]:
    """The URIs and English labels of an XSD, in its order, each URI once."""
    found: dict[str, str] = {}
    for node in etree.parse(str(SOURCE / f"{name}.xsd")).iter(f"{XS}enumeration"):
        label = " ".join((node.findtext(f"{XS}annotation/{XS}documentation") or "").split())
        found.setdefault(node.get("value"), label)
    return list(found.items())


def additions() -> dict[tuple[str, str], dict[str, str]]:
    with ADDITIONS.open(encoding="utf-8", newline="") as file:
        return {(row["vocabulary"], row["code"]): row for row in csv.DictReader(file)}


def write(name: str, rows: list[dict[str, str]]) -> None:
    used = [lang for lang in LANGUAGES if any(row.get(lang) for row in rows)]
    columns = ["code", "notation", "broader", "aliases", *used]
    with (TABLES / f"{name.replace('-', '_')}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)


def names_in_all_languages(kind: str, code: str) -> dict[str, str]:
    """CLDR's names of a territory or a language, by EU language."""
    names = {}
    for language in LANGUAGES:
        locale = Locale.parse(language)
        table = locale.territories if kind == "country" else locale.languages
        if code in table:
            names[language] = table[code]
    return names


def row_of(name: str, code: str, label: str) -> dict[str, str]:
    row = {"code": code, "notation": code, "en": label}
    if name == "country":
        alpha2 = {"1A0": "XK"}.get(code) or (get_global("territory_aliases").get(code) or [""])[0]
        if len(alpha2) == 2:
            row |= {"notation": alpha2, "aliases": {"GR": "EL|GRC", "GB": "UK"}.get(alpha2, "")}
            row |= names_in_all_languages("country", alpha2) | {"en": label}
    elif name == "language":
        short = get_global("language_aliases").get(code.lower(), "")
        key = short if re.fullmatch("[a-z]{2}", short) else code.lower()
        row |= {"notation": key} | names_in_all_languages("language", key)
        row["en"] = label or row["en"] if label or "en" in row else ""
    elif name == "isced-f" and len(code) > 2:
        row["broader"] = code[:-1]
    elif name == "nuts" and len(code) > 2:
        row["broader"] = code[:-1] if len(code) > 3 else ""
    elif name == "eqf":
        row["aliases"] = f"EQF {code}|EQF level {code}"
    return row


def write_national_levels(levels: list[tuple[str, str]]) -> None:
    """The official levels; of which country each is, and of which EQF level, is kept by hand (sources: nqf_sources.csv)."""
    columns = ["code", "country", "eqf", "label"]
    with (TABLES / "nqf_levels.csv").open(encoding="utf-8", newline="") as file:
        kept = {row["code"]: row for row in csv.DictReader(file)}
    unknown = dict.fromkeys(columns, "")
    codes = {uri.rsplit("/", 1)[-1]: label for uri, label in levels}
    with (TABLES / "nqf_levels.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept.get(code, unknown) | {"code": code, "label": label} for code, label in codes.items())


def main() -> None:
    if not SOURCE.is_dir():
        sys.exit(f"The official vocabularies are not at {SOURCE}.")
    extra = additions()
    schemes = []
    for name, (file, prefix, scheme) in VOCABULARIES.items():
        rows = []
        for uri, label in read(file):
            if not uri.startswith(prefix):
                print(f"{name}: {uri} is outside {prefix}")
                continue
            code = uri.removeprefix(prefix)
            added = {key: text for key, text in extra.get((name, code), {}).items() if text and key != "vocabulary"}
            rows.append(row_of(name, code, label) | added)
        write(name, rows)
        schemes.append({"name": name, "prefix": prefix, "scheme": scheme or prefix + "25831c2"})
        print(f"{name}: {len(rows)} terms")
    for name, (prefix, scheme) in OWN.items():
        write(name, [row for (vocabulary, _), row in extra.items() if vocabulary == name])
        schemes.append({"name": name, "prefix": prefix, "scheme": scheme})
    write_national_levels(read("nqf"))
    with (TABLES / "schemes.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["name", "prefix", "scheme"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(schemes)


if __name__ == "__main__":
    main()
