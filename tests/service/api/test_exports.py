"""Every file for spreadsheets that the site writes: no cell of it is a formula, whatever people wrote."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace

import pytest
from django.urls import get_resolver
from openpyxl import load_workbook

from credenza.record import Identifier, IdentifierKind, Result, Text
from credenza.service.accounts import audit
from credenza.service.accounts.models import AuditEvent
from credenza.service.issuance.issuing import issue_rows
from credenza.service.recognition.models import Case

pytestmark = pytest.mark.django_db
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "\n=1+1", "＝1+1")
INSIDE = ("a;=1+1;b", 'a, "b";@SUM(1)', 'a;"=1+1', "a\t+1+1", "a\n=1+1", "a|=1+1", "a; -1+1", "a,\r\n\n=1+1")
DANGEROUS = tuple(one[0] for one in FORMULAS)
EXPORTS = {
    "api/v1/audit.csv",
    "api/v1/batches/<batch>/to-mend.xlsx",
    "api/v1/corrections/awards.xlsx",
    "api/v1/definitions/<definition>/class-list.xlsx",
    "api/v1/recognition/statistics.csv",
    "api/v1/statistics.csv",
    "console/<slug:slug>/audit.csv",
    "console/<slug:slug>/awards/correct.xlsx",
    "console/<slug:slug>/issue/<uuid:batch>/to-mend.xlsx",
    "console/<slug:slug>/issue/new/<uuid:definition>/class-list.xlsx",
    "console/<slug:slug>/recognition/statistics.csv",
    "console/<slug:slug>/statistics.csv",
}


def routes(patterns, before=""):
    for one in patterns:
        if hasattr(one, "url_patterns"):
            yield from routes(one.url_patterns, before + str(one.pattern))
        else:
            yield before + str(one.pattern)


@pytest.fixture
def hostile(program, organisation, make_version, make_row, case, signed_in):
    """Everything that people can write into an export is written as a formula; what stands in its addresses."""
    version = make_version(organisation, title={"en": "=HYPERLINK(1)"}, further_information="+1+1")
    row = make_row(given_name="=1+1", family_name="@SUM(1)", full_name="-1+1")
    number = Identifier(kind=IdentifierKind.CERTIFICATE_NUMBER, value="+1+1")
    row = replace(row, results=(Result(grade=Text.of("=2+5")),), identifiers=(number,))
    award = issue_rows(version, [row], batch=None)[0][0][1]
    for formula in (*FORMULAS, *INSIDE):
        audit.record(organisation, formula, actor=formula, subject=formula, why=formula)
    Case.objects.update(organisation=organisation)
    rows = [
        {"given_name": one, "family_name": f"\x01{one}", "birth_date": one, "email": f"{one}\x1b"} for one in FORMULAS
    ]
    batch = program.post("/batches", {"definition": str(version.definition_id), "rows": rows}).json()
    owner = signed_in("owner", organisation, email="keeper@example.org")
    places = {"slug": organisation.slug, "batch": batch["id"], "definition": str(version.definition_id)}
    return owner, program, places | {"award": award.pk}


def test_the_list_of_exports_is_whole():
    found = {one for one in routes(get_resolver().url_patterns) if re.search(r"\.(csv|tsv|xlsx?|ods)\W*$", one)}
    assert found == EXPORTS


def cells_elsewhere(data):
    """The cells as a spreadsheet finds them where the comma is of decimal numbers; leading spaces and quotes are dropped."""
    rows = re.split(r"\r\n|\r|\n", data.decode("utf-8-sig"))
    return [cell.lstrip(' "') for row in rows for cell in re.split(r"[;\t|]", row)]


@pytest.mark.parametrize("route", sorted(EXPORTS))
def test_no_cell_of_an_export_is_a_formula(hostile, route):
    owner, program, places = hostile
    path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda one: places[one[1]], route)
    path += f"?award={places['award']}" if "correct" in route else ""
    answer = program.get(path.removeprefix("/api/v1")) if path.startswith("/api/") else owner.get(path)
    assert answer.status_code == 200, answer.content[:300]
    assert re.fullmatch(r'attachment; filename="[\w.-]+"', answer["Content-Disposition"])
    data = b"".join(answer) if answer.streaming else answer.content
    if route.endswith(".csv"):
        told = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        cells = [cell for row in told for cell in row]
        assert [cell for cell in (*cells, *cells_elsewhere(data)) if cell.startswith(DANGEROUS)] == []
        assert len(told) > 1
    else:
        for sheet in load_workbook(io.BytesIO(data)).worksheets:
            assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d", "inlineStr"}
        parts = zipfile.ZipFile(io.BytesIO(data))
        assert not any(b"<f>" in parts.read(name) or b"<f " in parts.read(name) for name in parts.namelist())


def test_formulas_are_kept_as_the_texts_that_they_are(hostile):
    owner, program, places = hostile
    trail = b"".join(owner.get(f"/console/{places['slug']}/audit.csv")).decode()
    for one in FORMULAS:
        assert "'" + one.replace("\t=", "\t'=").replace("\r=", "\r'=").replace("\n=", "\n'=") in trail
    assert AuditEvent.objects.filter(actor=FORMULAS[0]).exists()
    sheet = load_workbook(io.BytesIO(program.get(f"/batches/{places['batch']}/to-mend.xlsx").content)).active
    assert "=1+1" in [cell.value for row in sheet.iter_rows() for cell in row]


def test_the_counts_name_what_is_titled_like_a_formula(hostile):
    owner, _program, places = hostile
    assert "'=HYPERLINK(1)" in owner.get(f"/console/{places['slug']}/statistics.csv").content.decode()
