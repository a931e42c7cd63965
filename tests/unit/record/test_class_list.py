"""Class lists: good rows become learners, bad cells are named, nothing is guessed."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credenza.errors import MalformedInput
from credenza.record.class_list import BadRow, Row, read_header, read_rows

HEADER = ["Given name(s)", "Surname", "Date of birth", "Grade", "European Student Identifier", "DID"]
TODAY = date(2026, 11, 24)


def read(definition, *rows, header=HEADER):
    numbered = list(enumerate(rows, start=2))
    return list(read_rows(header, numbered, definition=definition, today=TODAY))


def codes(outcome) -> list[str]:
    assert isinstance(outcome, BadRow)
    return [one.code for one in outcome.problems]


def test_a_good_row_becomes_a_learner_and_a_result(definition):
    (row,) = read(definition, ["  Ana ", "Díaz", "2001-05-31", "A"])
    assert isinstance(row, Row)
    assert (row.learner.name, row.learner.birth_date) == ("Ana Díaz", date(2001, 5, 31))
    assert row.results[0].grade.best("en") == "A"


@pytest.mark.parametrize("name", ["Σωκράτης", "Владимир", "محمد", "דוד", "陳", "Nguyễn", "Zoë"])
def test_names_of_every_script_are_kept(definition, name):
    (row,) = read(definition, [name, name, "2001-05-31"])
    assert row.learner.given_name == name


def test_combining_marks_are_composed(definition):
    (row,) = read(definition, ["Zoe\u0308", "X", "2001-05-31"])
    assert row.learner.given_name == "Zoë"


@pytest.mark.parametrize(
    "cell", ["2001-05-31", "31.05.2001", "31/05/2001", "05/31/2001", date(2001, 5, 31), datetime(2001, 5, 31, 0, 0)]
)
def test_dates_that_can_be_read_in_one_way_are_read(definition, cell):
    (row,) = read(definition, ["A", "B", cell])
    assert row.learner.birth_date == date(2001, 5, 31)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("03/04/2001", "date-ambiguous"),
        ("31.02.2001", "date-invalid"),
        ("yesterday", "date-invalid"),
        (36892.0, "date-invalid"),
        ("2055-01-01", "date-impossible"),
        ("1850-01-01", "date-impossible"),
    ],
)
def test_dates_that_cannot_be_are_named(definition, cell, code):
    assert codes(read(definition, ["A", "B", cell])[0]) == [code]


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_formulas_are_refused(definition, cell):
    assert "cell-formula" in codes(read(definition, [cell, "B", "2001-05-31"])[0])


def test_direction_overrides_in_names_are_refused(definition):
    assert codes(read(definition, ["A\u202eB", "C", "2001-05-31"])[0]) == ["value-invalid"]


def test_a_learner_in_two_rows_is_named(definition):
    rows = read(definition, ["A", "B", "2001-05-31"], ["a", "b", "2001-05-31"])
    assert codes(rows[1]) == ["duplicate-learner"]
    assert "row 2" in rows[1].problems[0].message


def test_a_learner_without_identification_is_named(definition):
    assert codes(read(definition, ["A", "B", None])[0]) == ["identification-missing"]


def test_empty_rows_are_passed_over(definition):
    (row,) = read(definition, [None, "", "  "], ["Ana", "Díaz", "2001-05-31"])
    assert row.number == 3


@pytest.mark.parametrize("rows", [[], [[None, "", "  "]]])
def test_a_list_of_nobody_is_an_error(definition, rows):
    with pytest.raises(MalformedInput) as refused:
        read(definition, *rows)
    assert refused.value.code == "class-list-empty"


@pytest.mark.parametrize("name", ["\u200b", "\u200d", "...", "123"])
def test_a_name_without_a_letter_names_nobody(definition, name):
    assert codes(read(definition, [name, name, "2001-05-31"])[0]) == ["name-missing"]


def test_a_name_that_is_too_long_is_not_called_missing_as_well(definition):
    assert codes(read(definition, ["A" * 501, "B", "2001-05-31"])[0]) == ["text-too-long"]


def test_numbers_that_a_spreadsheet_made_floats_stay_numbers(definition):
    (row,) = read(definition, ["A", "B", "2001-05-31", 5.0])
    assert row.results[0].grade.best("en") == "5"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (["Given name", "Surname"], "class-list-column-missing"),
        (["Grade", "Date of birth"], "class-list-column-missing"),
        (["Given name", "Surname", "Birthdate", "birth_date"], "class-list-column-twice"),
        (["Given name", "Surname", "Birthdate", "Gradee"], "class-list-column-unknown"),
        ([], "class-list-column-missing"),
    ],
)
def test_bad_headers_are_refused(header, code):
    with pytest.raises(MalformedInput) as caught:
        read_header(header)
    assert caught.value.code == code


def test_all_that_is_wrong_with_the_columns_is_told_at_once():
    with pytest.raises(MalformedInput) as caught:
        read_header(["Famly nam", "Zorx", "Grade", "grade", "E-mail"])
    told = [(one.where, one.code.removeprefix("class-list-column-")) for one in caught.value.detail["problems"]]
    assert told == [("Famly nam", "unknown"), ("Zorx", "unknown"), ("grade", "twice"), ("", "missing"), ("", "missing")]
    first, *_others, names, identity = caught.value.sentences
    assert "Did you mean 'family_name'?" in first
    assert "given_name" in names
    assert "birth_date" in identity


@given(st.lists(st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.none(), st.booleans()), max_size=6))
def test_no_row_makes_it_stumble(cells):
    from credenza.record import MicroCredential, Organisation, Text

    body = Organisation(id="urn:x:y", legal_name=Text.of("X"))
    offered = MicroCredential(id="urn:x:z", title=Text.of("T"), awarding_body=body)
    for outcome in read(offered, cells, ["Ana", "Díaz", "2001-05-31"]):
        assert isinstance(outcome, Row | BadRow)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("grade", "A\x7f"),
        ("certificate_number", "1\u202e2"),
        ("national_id", "\x85x\x01"),
        ("evidence_url", "https://x.example/<a>"),
        ("student_number", "\ufffe1"),
    ],
)
def test_forbidden_characters_are_named_in_every_column(definition, column, cell):
    header = ["Given name", "Family name", "Date of birth", column]
    assert isinstance(read(definition, ["A", "B", "2001-05-31", cell], header=header)[0], BadRow)
