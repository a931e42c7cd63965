"""ESCO's official CSV, imported by the operator, is what designers search in."""

import json

import pytest
from django.core.management import CommandError, call_command

from credenza.service.catalogue.models import EscoSkill

pytestmark = pytest.mark.django_db
HEAD = "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels\n"
ROW = "KnowledgeSkillCompetence,http://data.europa.eu/esco/skill/abc,skill/competence,cross-sector,{},{}\n"


def test_skills_are_found_in_each_imported_language(tmp_path, client):
    english, german = tmp_path / "en.csv", tmp_path / "de.csv"
    english.write_text(HEAD + ROW.format("analyse data", '"examine data\nstudy data"'), "utf-8")
    german.write_text(HEAD + ROW.format("Daten analysieren", ""), "utf-8-sig")
    for _ in range(2):  # imported again, nothing is there twice
        call_command("import_esco", str(english))
        call_command("import_esco", str(german), "--lang", "de")
    assert EscoSkill.objects.get().labels == {"en": "analyse data", "de": "Daten analysieren"}
    for words in ("analyse", "study data", "daten"):
        results = json.loads(client.get("/vocabulary/esco", {"q": words}).content)["results"]
        assert [one["label"] for one in results] == ["analyse data"]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", HEAD + ROW.replace("http://data", "http://evil").format("x", "")])
def test_another_file_is_refused_and_nothing_kept(tmp_path, text):
    file = tmp_path / "x.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(CommandError):
        call_command("import_esco", str(file))
    assert not EscoSkill.objects.exists()
