"""Previews by the JSON API: what will be, before anything is published or issued."""

import pytest

from credenza.service.catalogue import designing
from credenza.service.issuance.models import Award

pytestmark = pytest.mark.django_db
ROW = {"given_name": "Ana", "family_name": "Pérez", "birth_date": "2001-05-31", "email": "ana@example.org"}


def test_a_version_is_shown_as_the_catalogue_will_and_as_a_certificate(program, version):
    offer = program.get(f"/versions/{version.pk}/preview?language=de").json()["offer"]
    assert offer["title"] == version.as_record.title.best("de")
    assert offer["outcomes"]
    drawn = program.get(f"/versions/{version.pk}/certificate")
    assert drawn["Content-Type"].startswith("image/")
    assert len(drawn.content) > 1000


def test_a_draft_that_says_nothing_yet_has_no_preview(program, organisation):
    draft = designing.begin(organisation, actor=program.key.created_by)
    assert program.get(f"/versions/{draft.pk}/preview").status_code == 404
    assert program.get(f"/versions/{draft.pk}/certificate").status_code == 404


def test_one_credential_of_a_class_list_is_shown_and_nothing_is_issued(program, version):
    batch = program.post("/batches", {"definition": str(version.definition_id), "rows": [ROW]}).json()
    shown = program.get(f"/batches/{batch['id']}/preview").json()
    assert shown["record"]["learner"]["family_name"] == "Pérez"
    assert shown["meets_standard"] is True
    assert program.get(f"/batches/{batch['id']}/preview/certificate")["Content-Type"].startswith("image/")
    assert not Award.objects.exists()
