"""The guide of the API names what there is: every scope, every event with its data, and only addresses that are served."""

import re
from pathlib import Path

import pytest

from credenza.service.api.scopes import SCOPES
from credenza.service.api.v1.api import api
from credenza.service.api.webhooks.events import EVENTS

GUIDE = (Path(__file__).resolve().parents[3] / "docs" / "how-to" / "api.md").read_text("utf-8")
SERVED = {re.sub(r"\{\w+\}", "X", path) for path in api.get_openapi_schema(path_prefix="/api/v1")["paths"]}


@pytest.mark.parametrize("scope", SCOPES)
def test_every_scope_is_in_its_table(scope):
    assert f"`{scope}`" in GUIDE


@pytest.mark.parametrize("name", EVENTS)
def test_every_event_is_in_its_table_with_its_data(name):
    (row,) = [line for line in GUIDE.splitlines() if line.startswith("|") and f"`{name}`" in line]
    assert all(f"`{member}`" in row for member in EVENTS[name].members)


def test_every_example_asks_an_address_that_there_is():
    asked = {re.sub(r"\b[A-Z]{3,}\b", "X", path) for path in re.findall(r'curl "\$BASE(/[^"?]+)', GUIDE)}
    assert len(asked) > 20
    assert {f"/api/v1{path}" for path in asked} <= SERVED
