"""What the code says in English, read from its source: whole sentences, and the clauses that errors and reasons are given.

A value that is put in is ``%s``; where one of two texts is put in, both sentences are said.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from pydantic_core import PydanticKnownError
from pydantic_core.core_schema import ErrorType

from credenza.record.annex_i import elements, findings
from credenza.record.class_list import columns

PLACE = "%s"
_SENTENCE = re.compile(r"(?=.*[a-z]{2})[A-Z%‘“].*\s.*[.?!]", re.DOTALL)
_CLAUSE = re.compile(r"(?=.*[a-z]{2}).*\s.*", re.DOTALL)
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
_NAMES = {
    "attribute", "class", "class_name", "discriminator", "encoding", "encoding_error", "error", "expected",
    "expected_schemes", "expected_tags", "field_type", "method_name", "pattern", "tag",
}  # fmt: skip
_NUMBERS = {
    "actual_length", "decimal_places", "expected_version", "ge", "gt", "le", "lt", "max_digits", "max_length",
    "min_length", "multiple_of", "tz_actual", "tz_expected", "whole_digits",
}  # fmt: skip
_TRANSLATED = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}


def plain(text: str) -> str:
    """A key of a catalogue, or a text of the source, with ``%s`` for each value, whose quotation marks are its own."""
    marked = re.sub(f"(?:{PLACE})+", PLACE, re.sub(r"%\(\w+\)s|\{\w+\}", PLACE, text))
    return re.sub(f"'{PLACE}'|‘{PLACE}’", PLACE, marked)


def sentences(path: Path) -> Iterator[str]:
    """The sentences that a module says, and its clauses: what stands beside a code, or tells what is wrong with a value."""
    tree = ast.parse(path.read_text("utf-8"))
    passed_over = {id(node) for node in _not_said(tree)}
    clauses = {id(node) for node in _clauses(tree)}
    for node in ast.walk(tree):
        if id(node) not in passed_over:
            form = _CLAUSE if id(node) in clauses else _SENTENCE
            yield from (text for text in map(plain, _texts(node)) if form.fullmatch(text))


def texts(path: Path) -> Iterator[str]:
    """Every text that a module holds, be it said or not, but for its docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    docstrings = {id(node) for node in _docstrings(tree)}
    for node in ast.walk(tree):
        if id(node) not in docstrings:
            yield from map(plain, _texts(node))


def of_pydantic() -> set[str]:
    """What is wrong with a value, as the library that reads values says it."""
    values = dict.fromkeys(_NAMES, "") | dict.fromkeys(_NUMBERS, 1)
    return {plain(PydanticKnownError(kind, values).message_template) for kind in get_args(ErrorType)}


def of_tables() -> set[str]:
    """What the tables of Annex I and of the columns of class lists say."""
    said = {text for one in findings().values() for text in (one.message, one.how)}
    return said | {element.name for element in elements()} | {column.help for column in columns()}


def _docstrings(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _not_said(tree: ast.AST) -> Iterator[ast.AST]:
    """Docstrings, what is translated where it stands, and the parts of a longer text."""
    yield from _docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in _TRANSLATED:
            yield from itertools.islice(ast.walk(node), 1, None)
        if isinstance(node, ast.JoinedStr | ast.IfExp | ast.BinOp) and _texts(node):
            yield from itertools.islice(ast.walk(node), 1, None)


def _clauses(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and _name(node.func) != "Column":
            coded = [_is_code(one) for one in node.args]
            yield from (text for code, text in zip(coded, node.args[1:], strict=False) if code)
            if _name(node.func) == "ValueError":
                yield node.args[0]


def _is_code(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and _CODE.fullmatch(node.value) is not None


def _name(function: ast.AST) -> str:
    return (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )


def _texts(node: ast.AST) -> list[str]:
    """The texts that an expression can come to; none where it is no text."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.IfExp):
        return _texts(node.body) + _texts(node.orelse)
    if isinstance(node, ast.JoinedStr):
        parts = [_texts(one.value if isinstance(one, ast.FormattedValue) else one) or [PLACE] for one in node.values]
        return ["".join(one) for one in itertools.product(*parts)]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _texts(node.left), _texts(node.right)
        return [a + b for a in left or [PLACE] for b in right or [PLACE]] if left or right else []
    return []
