"""The catalogues of messages: what is compiled is what was translated, and fits what it stands for."""

from __future__ import annotations

import gettext
import shutil
import subprocess
from pathlib import Path

import pytest

LOCALE = Path(__file__).resolve().parents[2] / "src" / "credenza" / "service" / "locale"
CATALOGUES = sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def _messages(path: Path) -> dict:
    with path.open("rb") as compiled:
        return {key: text for key, text in gettext.GNUTranslations(compiled)._catalog.items() if key}


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.parts[-3])
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
