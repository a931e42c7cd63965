"""What every page writes alike for its reader: days in forms, moments with their time zone, countries in their order."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.utils.formats import date_format
from django.utils.translation import override

from credenza.service.countries import countries, country_name
from credenza.service.form_rendering import Day


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_day_in_a_form_is_written_as_browsers_take_it(language):
    """A browser shows nothing in place of 31.05.2001, and sending the form again would lose the day."""

    class Form(forms.Form):
        day = forms.DateField(widget=Day())

    with override(language):
        assert 'type="date" name="day" value="2001-05-31"' in str(Form(initial={"day": date(2001, 5, 31)})["day"])


@pytest.mark.parametrize(
    ("language", "written"), [("en", "25 November 2026, 04:53 UTC"), ("de", "25. November 2026, 04:53 UTC")]
)
def test_a_moment_says_its_time_zone(language, written):
    with override(language):
        assert date_format(datetime(2026, 11, 25, 4, 53, tzinfo=UTC), "DATETIME_FORMAT") == written


def test_countries_stand_in_the_readers_order():
    with override("de"):
        names = [name for _, name in countries()]
        assert country_name("AT") == "Österreich"
    assert names.index("Afghanistan") < names.index("Ägypten") < names.index("Albanien")
    assert "European Union" not in names
    assert "Provisional data" not in names
    assert country_name("ZZ") == "ZZ"
