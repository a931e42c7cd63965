"""Days in words."""

from datetime import date

import pytest

from credenza.vocabulary import LANGUAGES, written_day

DAY = date(2026, 11, 5)


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "5 November 2026"),
        ("de", "5. November 2026"),
        ("hu", "2026. november 5."),
        ("lv", "2026. gada 5. novembris"),
    ],
)
def test_a_day_is_written_as_the_language_does(language, written):
    assert written_day(DAY, language) == written


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_twelve_months_of_its_own(language):
    assert len({written_day(date(2026, month, 5), language) for month in range(1, 13)}) == 12
    assert "2026" in written_day(DAY, language)


def test_a_language_without_a_pattern_reads_english():
    assert written_day(DAY, "ar") == "5 November 2026"
