"""Whatever the code says in English and a page may show is told in German too; what is left out has its reason here."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest
import said_sentences

from credenza.service import telling

PACKAGE = Path(telling.__file__).resolve().parents[1]
CATALOGUES = sorted((PACKAGE / "service" / "core_sentences").glob("*/de/LC_MESSAGES/django.mo"))
LEFT_OUT = {
    "cli/": "the command line speaks English",
    "adapters/esco_index.py": "the command line alone uses it",
    "adapters/issuer_folder.py": "the command line alone uses it",
    "adapters/issuer_seal.py": "the command line alone uses it",
    "adapters/key_files.py": "the command line alone uses it",
    "adapters/ledger.py": "the command line alone uses it",
    "adapters/class_list_template.py": "the service hands in words of its own",
    "adapters/class_list_corrections.py": "the service hands in words of its own",
    "document/vcdm/": "answers of the W3C VC API to programs",
    "exchange/vc_api/": "answers of the W3C VC API to programs",
    "service/exchange/vc_": "answers of the W3C VC API to programs",
    "status/bitstring_rules.py": "answers of the W3C VC API to programs",
    "service/api/v1/": "answers to programs, and the descriptions of them",
    "service/api/access.py": "answers to programs",
    "service/api/describing.py": "answers to programs",
    "service/api/idempotency.py": "answers to programs",
    "service/api/problems.py": "answers to programs",
    "service/programs.py": "answers to programs",
    "document/elmo/schema.py": "a comment in a published schema",
    "document/sd_jwt_vc/type_metadata.py": "a description in a published document, which says its language",
    "recognition/attestation.py": "what the credential of a decision says, in its own language",
    "service/accounts/management/": "told to the operator at the command line",
    "service/catalogue/management/": "told to the operator at the command line",
    "service/exchange/management/": "told to the operator at the command line",
    "service/issuance/management/": "told to the operator at the command line",
    "service/databases.py": "told to the operator at the start",
    "service/encryption.py": "told to the operator at the start",
    "service/environment.py": "told to the operator at the start",
    "service/safety.py": "told to the operator at the start",
    "service/mail_settings.py": "told to the operator at the start",
    "service/jobs/sweeping.py": "a line of the log",
    "service/operations/demonstration.py": "told to the operator at the start",
    "service/operations/design.py": "the pattern page, for whoever writes pages",
}
_LEAST = 20
MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts]


def _said() -> dict[str, str]:
    """Each sentence with the module that says it."""
    told = [(path, path.relative_to(PACKAGE).as_posix()) for path in MODULES]
    asked = [(path, name) for path, name in told if not name.startswith(tuple(LEFT_OUT))]
    said = {text: name for path, name in asked for text in said_sentences.sentences(path)}
    return said | dict.fromkeys(said_sentences.of_tables(), "a table")


def _keys() -> list[str]:
    found = []
    for path in CATALOGUES:
        with path.open("rb") as file:
            found += [key for key in gettext.GNUTranslations(file)._catalog if key]
    return found


def test_each_sentence_and_clause_of_the_code_is_told_in_german():
    """Give each sentence named here its German in ``core_sentences/``, and run scripts/messages."""
    known = {said_sentences.plain(key) for key in _keys()}
    said = _said()
    untold = {text: name for text, name in said.items() if text not in known and _as_sentence(text) not in known}
    assert len(said) > 900
    assert untold == {}


def test_no_sentence_is_told_that_nothing_says_any_more():
    """A sentence that is reworded in the code must be reworded in ``core_sentences/`` too."""
    said = said_sentences.of_tables() | said_sentences.of_pydantic()
    said |= {text for path in MODULES for text in said_sentences.texts(path)}
    said |= {_as_sentence(text) for text in said}
    stale = [key for key in map(said_sentences.plain, _keys()) if key not in said]
    with_names = [text for text in said if "%s" in text and len(text) > _LEAST]  # some keys have a name in its place
    spoken = re.compile("|".join(re.escape(text).replace("%s", ".+") for text in with_names))
    assert [key for key in stale if not spoken.fullmatch(key)] == []


def _as_sentence(clause: str) -> str:
    """Some clauses become sentences before they are shown."""
    return f"{clause[:1].upper()}{clause[1:]}."


def test_each_sentence_stands_in_one_catalogue_only():
    keys = _keys()
    assert sorted({key for key in keys if keys.count(key) > 1}) == []


@pytest.mark.parametrize("left_out", LEFT_OUT)
def test_what_is_left_out_is_there_and_says_something(left_out):
    paths = [path for path in MODULES if path.relative_to(PACKAGE).as_posix().startswith(left_out)]
    assert any(text for path in paths for text in said_sentences.sentences(path))


@pytest.mark.parametrize("module", [path for path, why in LEFT_OUT.items() if why == "the command line alone uses it"])
def test_what_the_command_line_alone_uses_is_used_by_no_page(module):
    name = Path(module).stem
    users = [path for path in (PACKAGE / "service").rglob("*.py") if f"adapters.{name}" in path.read_text("utf-8")]
    assert users == []
