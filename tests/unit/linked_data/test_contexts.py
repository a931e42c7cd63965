"""The pinned contexts: the bytes that the table names, nothing fetched, the ELM table equal to the official context."""

import hashlib
import json
from importlib.resources import files

import pytest

from credenza.errors import MalformedInput
from credenza.linked_data import contexts
from credenza.linked_data.canonical import canonicalize
from credenza.linked_data.contexts import ContextCatalogue


@pytest.mark.parametrize("entry", contexts.pinned().values(), ids=lambda entry: entry.file)
def test_each_file_has_the_digest_that_the_table_names(entry):
    data = (files("credenza.linked_data") / "contexts" / entry.file).read_bytes()
    assert hashlib.sha256(data).hexdigest() == entry.sha256
    assert json.loads(data)["@context"]


def test_every_context_file_is_in_the_table():
    folder = files("credenza.linked_data") / "contexts"
    named = {entry.file for entry in contexts.pinned().values()}
    assert {item.name for item in folder.iterdir() if item.name.endswith(".json")} == named


@pytest.mark.parametrize("url", contexts.addresses())
def test_each_context_can_be_used(url):
    document = {"@context": [url], "@id": "urn:x", "@type": "https://x.example/T"}
    assert len(canonicalize(document).lines) == 1


def test_an_unknown_context_is_refused():
    with pytest.raises(MalformedInput) as caught:
        contexts.context("https://forger.example/context")
    assert caught.value.code == "context-unknown"


def test_the_elm_table_defines_every_term_as_the_official_context_does(shared_data):
    official = json.loads((shared_data / "elm" / "edc-ap-context.jsonld").read_bytes())["@context"]
    assert contexts.context(contexts.ELM)["@context"] == official


def test_the_official_elm_sample_gives_the_same_statements_under_the_table(shared_data):
    official = json.loads((shared_data / "elm" / "edc-ap-context.jsonld").read_bytes())["@context"]
    sample = json.loads((shared_data / "elm" / "elm-Sample-MC-Annex1-unsigned.jsonld").read_bytes())
    with_official = canonicalize(sample, catalogue=ContextCatalogue(added={contexts.ELM: official}))
    assert canonicalize(sample).lines == with_official.lines
    assert len(with_official.lines) == 292
