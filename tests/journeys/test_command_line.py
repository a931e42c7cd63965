"""What the command says to people and to programs: help for every verb, errors in one sentence, nothing from strangers obeyed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

VERBS = (
    "init", "template", "check", "issue", "verify", "show", "convert", "compare", "recognise", "revoke", "suspend", "reinstate",
    "status publish", "keys rotate", "keys seal", "skills import", "skills find",
)  # fmt: skip
LANGUAGES = "bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv"
COMMAND = Path(sys.executable).with_name("credenza")
ESCO = (
    "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels\n"
    "KnowledgeSkillCompetence,http://data.europa.eu/esco/skill/1,skill/competence,cross-sector,analyse data,"
    '"examine data\nperform data analysis"\n'
    "KnowledgeSkillCompetence,http://data.europa.eu/esco/skill/2,skill/competence,cross-sector,analyse big data,\n"
    "KnowledgeSkillCompetence,http://data.europa.eu/esco/skill/3,knowledge,cross-sector,café culture,\n"
)


def run(*arguments, env=None):
    return subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False, env=env)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself_and_speaks_json(verb):
    done = run(*verb.split(), "--help")
    assert done.returncode == 0
    assert "--json" in done.stdout
    assert len(done.stdout) > 200


@pytest.mark.parametrize("name", ["[/nothing].jsonld", "[red]a[/red].jsonld", "\x1b[2Ja.jsonld", "\u202egpj.a"])
def test_a_file_name_is_neither_markup_nor_a_command_to_the_terminal(tmp_path, name):
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True, parents=True)
    file.write_bytes(b'{"@context": ["x"], "type": ["[/b]"], "\x1b[31m": 1}')
    for verb in ("verify", "check", "show"):
        done = run(verb, file, *(["--offline"] if verb == "verify" else []))
        assert done.returncode in (1, 2)
        assert "Traceback" not in done.stderr
        assert not {"\x1b", "\u202e"} & set(done.stdout + done.stderr)


@pytest.mark.parametrize("text", ["[/b]", "=cmd|' /C calc'!A0", "\x1b]0;x\x07", "[link=https://x.example]y[/link]"])
def test_a_hostile_cell_of_a_class_list_is_told_as_it_stands_or_not_at_all(issued, tmp_path, text):
    file = tmp_path / "list.csv"
    file.write_text(f"Given name,Family name,Date of birth\n{text},Díaz,{text}\n", "utf-8")
    definition = issued.folder / "micro-credential.toml"
    done = run("check", file, "--definition", definition)
    assert done.returncode == 1, done.stderr
    assert "row 2" in done.stdout
    assert "\x1b" not in done.stdout


def test_an_unknown_file_is_one_sentence_with_a_code(tmp_path):
    done = run("verify", tmp_path / "nothing.jsonld")
    assert done.returncode == 2
    assert "file-unreadable" in done.stdout
    done = run("show", tmp_path / "nothing.jsonld", "--json")
    assert json.loads(done.stdout)["error"] == "file-unreadable"


@pytest.mark.parametrize("language", LANGUAGES.split())
def test_what_was_learned_is_told_in_every_language_of_the_union(issued, language):
    told = issued.json("show", issued.files("sd-jwt-vc")[0], "--lang", language)
    lines = {one["element"]: one for one in told["lines"]}
    assert {"learner", "title", "workload", "level", "supervision"} <= set(lines)
    english = {one["element"]: one for one in issued.json("show", issued.files("sd-jwt-vc")[0])["lines"]}
    if language != "en":
        differing = [key for key in lines if lines[key]["label"] != english[key]["label"]]
        assert len(differing) > len(lines) / 2
        assert lines["supervision"]["values"] != english["supervision"]["values"]


def test_skills_are_imported_once_and_found_by_words_of_any_label(tmp_path):
    env = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    done = run("skills", "find", "data", "--json", env=env)
    assert json.loads(done.stdout)["error"] == "esco-not-imported"
    source = tmp_path / "skills_en.csv"
    source.write_text("\ufeff" + ESCO, "utf-8")
    assert json.loads(run("skills", "import", source, "--json", env=env).stdout) == {"skills": 3, "language": "en"}
    found = json.loads(run("skills", "find", "Data", "ANALYSE", "--json", env=env).stdout)
    assert [one["label"] for one in found] == ["analyse data", "analyse big data"]
    assert json.loads(run("skills", "find", "examine data", "--json", env=env).stdout)[0]["label"] == "analyse data"
    line = run("skills", "find", "cafe", env=env).stdout.strip()
    assert line.startswith('{ uri = "http://data.europa.eu/esco/skill/3", label = "café culture"')


def test_a_file_that_is_not_esco_replaces_nothing(tmp_path):
    env = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    source = tmp_path / "skills_en.csv"
    source.write_text(ESCO, "utf-8")
    run("skills", "import", source, env=env)
    source.write_text(ESCO + "x,javascript:x,,,label,\n", "utf-8")
    assert json.loads(run("skills", "import", source, "--json", env=env).stdout)["error"] == "esco-row-malformed"
    assert len(json.loads(run("skills", "find", "data", "--json", env=env).stdout)) == 2
