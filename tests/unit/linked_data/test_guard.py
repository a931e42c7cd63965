"""What no signature over RDF would cover is refused; what is accepted is all there in the expansion."""

import copy
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyld import jsonld
from pyoxigraph import DefaultGraph

from credenza.errors import MalformedInput
from credenza.linked_data import contexts
from credenza.linked_data.canonical import canonicalize
from credenza.linked_data.contexts import ContextCatalogue
from credenza.linked_data.guard import refuse_uncovered
from credenza.linked_data.rdf_canonical import canonicalize_quads

FEW = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
NAMES = st.text(st.characters(codec="ascii", categories=["L"]), min_size=3, max_size=9).map("zz".__add__)

ATTACKS = {
    "a member that no context defines": ({"zzz": "x"}, "term-undefined"),
    "a term that the context takes away": ({"nothing": "x"}, "term-undefined"),
    "a member of a type that the node does not have": ({"inside": "x"}, "term-undefined"),
    "a type's member beyond the node of that type": (
        {"m": {"type": "Scoped", "m": {"inside": "x"}}},
        "term-undefined",
    ),
    "an undefined type": ({"type": ["T", "Zzz"]}, "term-undefined"),
    "an undefined datatype": ({"n": {"@value": "x", "@type": "Zzz"}}, "term-undefined"),
    "a relative id": ({"id": "relative"}, "value-dropped"),
    "an id with a space": ({"id": "urn:x y"}, "value-dropped"),
    "a blank node as id": ({"id": "_:b0"}, "value-dropped"),
    "an id that is a number": ({"id": 5}, "value-dropped"),
    "a relative link": ({"link": "relative"}, "value-dropped"),
    "an empty link": ({"link": ""}, "value-dropped"),
    "an undefined word": ({"word": "zzz"}, "value-dropped"),
    "a word that is a keyword": ({"word": "@json"}, "value-dropped"),
    "null": ({"n": None}, "value-dropped"),
    "null in an array": ({"n": ["x", None]}, "value-dropped"),
    "an empty array": ({"n": []}, "value-dropped"),
    "the same text twice": ({"n": ["x", "y", "x"]}, "value-dropped"),
    "the same address twice": ({"link": ["ex:y", "https://x.example/#y"]}, "value-dropped"),
    "the same node twice": ({"m": [{"id": "urn:y", "n": "x"}, {"id": "urn:y"}]}, "value-dropped"),
    "one number as number and text": ({"float": [5, "5"]}, "value-dropped"),
    "a type twice": ({"type": ["T", "T"]}, "value-dropped"),
    "no type in the array": ({"type": []}, "value-dropped"),
    "a graph without statements": ({"graph": {"id": "urn:y"}}, "value-dropped"),
    "a graph that is only an address": ({"graph": "urn:y"}, "value-dropped"),
    "null in an ordered list": ({"ordered": ["x", None]}, "value-dropped"),
    "an array in an array": ({"n": [["x"]]}, "array-nested"),
    "an empty language map": ({"texts": {}}, "value-dropped"),
    "a number in a language map": ({"texts": {"en": 5}}, "value-dropped"),
    "a language tag that is none": ({"texts": {"not a tag": "x"}}, "language-tag-invalid"),
    "a language of one letter, which strict processors drop": ({"texts": {"n": "x"}}, "language-tag-invalid"),
    "a language of a text that is none": ({"n": {"@value": "x", "@language": "e n"}}, "language-tag-invalid"),
    "a text with a direction": ({"n": {"@value": "x", "@direction": "up"}}, "direction-invalid"),
    "a value that is null": ({"n": {"@value": None}}, "value-dropped"),
    "a value with an index": ({"n": {"@value": "x", "@index": "y"}}, "keyword-not-allowed"),
    "an index": ({"@index": "y"}, "keyword-not-allowed"),
    "a reverse link": ({"@reverse": {"n": {"id": "urn:z"}}}, "keyword-not-allowed"),
    "a free graph": ({"@graph": [{"n": "x"}]}, "keyword-not-allowed"),
    "included nodes": ({"@included": [{"n": "x"}]}, "keyword-not-allowed"),
    "an explicit set": ({"n": {"@set": ["x"]}}, "keyword-not-allowed"),
    "an unknown keyword": ({"@zzz": "x"}, "keyword-not-allowed"),
    "two ids": ({"@id": "urn:y"}, "keyword-not-allowed"),
    "two kinds of types": ({"@type": "T"}, "keyword-not-allowed"),
    "a number that would lose digits": ({"n": 0.1 + 0.2}, "number-imprecise"),
    "a number that some write as zero": ({"n": 1e-7}, "number-imprecise"),
    "a text for a double that some rewrite": ({"double": "5"}, "number-imprecise"),
    "a context inside a node, written out": ({"m": {"@context": {"zzz": "ex:z"}, "zzz": 1}}, "context-inline"),
    "a context taken away": ({"m": {"@context": None, "https://x.example/p": 1}}, "context-inline"),
    "an unknown context inside a node": ({"m": {"@context": "https://y.example/"}}, "context-unknown"),
}


@pytest.mark.parametrize(("members", "code"), ATTACKS.values(), ids=ATTACKS.keys())
def test_what_a_processor_would_drop_or_change_is_refused(made, catalogue, members, code):
    with pytest.raises(MalformedInput) as caught:
        refuse_uncovered(made(**members), catalogue=catalogue)
    assert caught.value.code == code


def test_a_document_without_context_is_refused():
    with pytest.raises(MalformedInput) as caught:
        refuse_uncovered({"id": "urn:x"})
    assert caught.value.code == "context-missing"


def test_a_context_written_out_is_accepted_only_where_the_caller_says_so():
    document = {"@context": [{"n": "https://x.example/n"}], "n": "x"}
    refuse_uncovered(document, inline_contexts=True)
    with pytest.raises(MalformedInput) as caught:
        refuse_uncovered(document)
    assert caught.value.code == "context-inline"


@pytest.mark.parametrize("protected", [True, False])
def test_a_context_written_out_must_not_give_a_term_a_new_meaning(protected):
    """Neither one of a context that the document names by its address, nor one of its own."""
    named = {"@protected": protected, "n": "https://x.example/n"}
    catalogue = ContextCatalogue(added={"urn:1": named}, inline_contexts=True)
    refuse_uncovered({"@context": ["urn:1", {"m": "https://x.example/m"}], "n": "x", "m": "y"}, catalogue=catalogue)
    for contexts_ in (["urn:1", {"n": "urn:forged:n"}], [{"m": "urn:x:m"}, {"m": "urn:forged:m"}, "urn:1"]):
        with pytest.raises(MalformedInput) as caught:
            refuse_uncovered({"@context": contexts_, "n": "x"}, catalogue=catalogue)
        assert caught.value.code == "term-redefined"


JSON_KEYS = st.sampled_from(["@id", "@type", "@context", "@container", "@vocab", "@protected", "@prefix", "n", "ex:m"])
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["@id", "@list", "n", "urn:x", "", "a b", "ex:"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(JSON_KEYS, inner, max_size=4),
    max_leaves=12,
)


@settings(FEW, max_examples=300)
@given(context=JSON_VALUES, value=JSON_VALUES)
def test_whatever_a_stranger_writes_as_a_context_is_read_or_refused_by_code(context, value):
    with suppress(MalformedInput):
        refuse_uncovered({"@context": context, "n": value}, inline_contexts=True)


@pytest.mark.parametrize("protected", [True, False])
def test_a_later_context_must_not_give_an_earlier_term_a_new_meaning(protected):
    """Beyond JSON-LD, which lets unprotected terms be redefined."""
    first = {"@protected": protected, "n": "https://x.example/n"}
    second = {"n": "https://forger.example/n"}
    same = {"n": "https://x.example/n", "m": "https://x.example/m"}
    catalogue = ContextCatalogue(added={"urn:1": first, "urn:2": second, "urn:3": same})
    refuse_uncovered({"@context": ["urn:1", "urn:3"], "n": "x", "m": "y"}, catalogue=catalogue)
    with pytest.raises(MalformedInput) as caught:
        refuse_uncovered({"@context": ["urn:1", "urn:2"], "n": "x"}, catalogue=catalogue)
    assert caught.value.code == "term-redefined"


def test_elm_and_the_second_credentials_context_contradict_each_other():
    with pytest.raises(MalformedInput) as caught:
        refuse_uncovered({"@context": [contexts.VC_V2, contexts.ELM], "id": "urn:x"})
    assert caught.value.code == "term-redefined"


@pytest.mark.parametrize("feature", [{"@base": "urn:x"}, {"@import": "urn:y"}, {"n": {"@reverse": "urn:n"}}])
def test_a_context_with_a_feature_that_is_not_understood_is_refused(feature):
    with pytest.raises(MalformedInput) as caught:
        refuse_uncovered({"@context": "urn:c", "@id": "urn:x"}, catalogue=ContextCatalogue(added={"urn:c": feature}))
    assert caught.value.code == "context-unsupported"


def test_terms_defined_by_each_other_do_not_loop():
    local = {"a": "b:x", "b": "a:y"}
    with pytest.raises(MalformedInput) as caught:
        refuse_uncovered({"@context": "urn:c"}, catalogue=ContextCatalogue(added={"urn:c": local}))
    assert caught.value.code == "context-unsupported"


def test_a_document_nested_without_end_is_refused(made, catalogue):
    document = made()
    inner = document
    for _ in range(100_000):
        inner["m"] = inner = {}
    with pytest.raises(MalformedInput) as caught:
        refuse_uncovered(document, catalogue=catalogue)
    assert caught.value.code == "json-too-deep"


def test_a_document_that_says_too_much_is_refused(made, catalogue):
    with pytest.raises(MalformedInput) as caught:
        refuse_uncovered(made(m=[{"n": str(number)} for number in range(30_000)]), catalogue=catalogue)
    assert caught.value.code == "document-too-large"


def nodes(value, path=()):
    """The paths of all node objects of a document."""
    if isinstance(value, dict):
        if "@value" not in value:
            yield path
        for name, member in value.items():
            yield from nodes(member, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from nodes(item, (*path, index))


@FEW
@given(data=st.data(), name=NAMES, value=st.one_of(st.text(), st.integers(), st.booleans()))
def test_an_undefined_member_is_refused_wherever_it_stands(badge, data, name, value):
    document = copy.deepcopy(badge)
    target = document
    for step in data.draw(st.sampled_from(list(nodes(document)))):
        target = target[step]
    target[name] = value
    with pytest.raises(MalformedInput) as caught:
        refuse_uncovered(document)
    assert caught.value.code == "term-undefined"


VALUES = st.one_of(
    st.text(max_size=5),
    st.integers(-100, 100),
    st.booleans(),
    st.sampled_from(["urn:a", "ex:b", "T", "https://y.example/"]),
    st.builds(
        lambda text, tag: {"@value": text, "@language": tag}, st.text(max_size=3), st.sampled_from(["en", "pt-BR"])
    ),
)
MEMBERS = st.sampled_from(["n", "m", "link", "word", "plain", "graph", "ordered", "scope", "inside", "ex:q", "texts"])
TYPES = st.sampled_from(["T", "Scoped", "Lasting", "Empty"])
NODES = st.recursive(
    st.dictionaries(MEMBERS, VALUES, max_size=3),
    lambda inner: st.builds(
        lambda members, types: {**members, **({"type": types} if types else {})},
        st.dictionaries(MEMBERS, st.one_of(inner, st.lists(inner, max_size=2), VALUES), max_size=3),
        st.lists(TYPES, max_size=2, unique=True),
    ),
    max_leaves=6,
)


def leaves(value):
    """How many scalars a document or its expansion holds, without contexts."""
    if isinstance(value, dict):
        return sum(leaves(member) for name, member in value.items() if name != "@context")
    if isinstance(value, list):
        return sum(leaves(item) for item in value)
    return 1


@settings(max_examples=100, suppress_health_check=list(HealthCheck), deadline=None)
@given(node=NODES)
@example(node={"graph": {name: {"ordered": {"@value": "", "@language": "en"}} for name in ("n", "m")}})
def test_whatever_is_accepted_has_all_its_members_in_the_expansion_and_the_same_statements(
    node, made, catalogue, pyld_options, oxigraph_dataset
):
    """PyLD drops silently, so a scalar fewer than went in would be one we should have refused.

    The statements are compared by our own names of blank nodes: in a graph that is itself a blank node, pyoxigraph's
    names differ from those that rdf-canonize and PyLD give.
    """
    document = {**node, **made()}
    try:
        lines = canonicalize(document, catalogue=catalogue).lines
    except MalformedInput:
        return
    expanded = jsonld.expand(document, pyld_options)
    assert leaves(expanded) >= leaves(document)
    read = [
        (str(s), str(p), str(o), "" if isinstance(g, DefaultGraph) else str(g))
        for s, p, o, g in oxigraph_dataset(document)
    ]
    assert lines == canonicalize_quads(read).lines
