"""The catalogues of messages: what is compiled is what was translated, and fits what it stands for."""

from __future__ import annotations

import gettext
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from django.utils.formats import date_format
from django.utils.translation import override

SERVICE = Path(__file__).resolve().parents[2] / "src" / "credenza" / "service"
CATALOGUES = sorted(SERVICE.glob("*/**/LC_MESSAGES/django.po"))


def _messages(path: Path) -> dict:
    with path.open("rb") as compiled:
        return {key: text for key, text in gettext.GNUTranslations(compiled)._catalog.items() if key}


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: "-".join(path.parts[-4:-2]))
def test_the_compiled_catalogue_is_up_to_date_and_its_placeholders_fit(catalogue, tmp_path):
    """Run scripts/messages after a change of a translation."""
    if shutil.which("msgfmt") is None:
        pytest.skip("gettext is not installed (Debian: apt install gettext)")
    made = tmp_path / "django.mo"
    subprocess.run(["msgfmt", "--check-format", "--output-file", made, catalogue], check=True)
    assert _messages(made) == _messages(catalogue.with_suffix(".mo"))


def test_words_of_the_sign_in_library_are_plain_english(client, db):
    page = client.get("/account/login/").text
    assert "New here?" in page
    assert "Sign In" not in page


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: "-".join(path.parts[-4:-2]))
def test_every_message_is_translated_and_none_is_a_guess(catalogue):
    """Run scripts/messages, then give each message named here its msgstr (and take "fuzzy" away), and run it again."""
    entries = catalogue.read_text("utf-8").split("\n\n")[1:]
    unfinished = re.compile(r'^#, fuzzy|^msgstr(\[\d\])? ""$(?!\n")', re.M)
    open_ones = [entry for entry in entries if unfinished.search(entry)]
    assert not open_ones, "\n\n".join(open_ones)


@pytest.mark.parametrize(
    ("address", "german"),
    [
        ("/", "Nachweis prüfen"),
        ("/catalogue", "Suchwörter"),
        ("/account/login/", "Anmelden"),
        ("/verify", "Datei auswählen"),
    ],
)
def test_a_reader_of_german_gets_german(client, db, address, german):
    page = client.get(address, headers={"accept-language": "de-AT,de;q=0.9,en;q=0.5"})
    assert '<html lang="de"' in page.text
    assert german in page.text
    assert "Accept-Language" in page.headers["Vary"]


def test_the_sign_in_library_says_sie_as_the_rest_does(client, db):
    """Its own German catalogue says "du" here and "Sie" there."""
    page = client.get("/account/signup/", headers={"accept-language": "de"}).text
    assert "Sie haben schon ein Konto?" in page
    assert not re.search(r"\b[Dd](u|eine?[mnrs]?|ich)\b", page)


def test_words_of_ours_do_not_change_the_names_of_months_and_days():
    """A message of ours that is a month too ("May") would stand in every date."""
    with override("de"):
        months = " ".join(date_format(date(2026, month, 1), "F") for month in range(1, 13))
        days = " ".join(date_format(date(2026, 6, day), "l") for day in range(1, 8))
    assert months == "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
    assert days == "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"
