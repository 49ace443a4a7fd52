"""Docstrings name what there is: each class in double backticks and each error after *Raises* stands in the code."""

import ast
import builtins
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.test_imports import place_of, sources, tree_of

CODE_SPAN = re.compile(r"``([^`]+)``")
CLASS_NAME = re.compile(r"(?:[A-Z][a-z]+){2,}")
RAISES = re.compile(r"[Rr]aises? ([A-Z]\w+(?:(?:,| and|, and| or) [A-Z]\w+)*)")
NAMES_OF_STANDARDS = {"MessageEvent"}
"""HTML's own, which a docstring cites."""


@cache
def defined_names() -> set[str]:
    """Every name that the code defines, imports or uses."""
    names = set(dir(builtins))
    for path in sources():
        for node in ast.walk(tree_of(path)):
            match node:
                case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    names.add(name)
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    names.add(name)
                case ast.alias(name=name, asname=asname):
                    names.add(asname or name.rpartition(".")[2])
    return names


def docstrings(path: Path) -> Iterator[str]:
    """Those of modules, classes and functions, and those below constants."""
    for node in ast.walk(tree_of(path)):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield text


def named_classes(text: str) -> set[str]:
    spans = {name for span in CODE_SPAN.findall(text) for name in span.split(".") if CLASS_NAME.fullmatch(name)}
    return spans | {name for names in RAISES.findall(text) for name in re.findall(r"[A-Z]\w+", names)}


@pytest.mark.parametrize("path", sources(), ids=place_of)
def test_every_class_that_a_docstring_names_exists(path: Path) -> None:
    named = {name for text in docstrings(path) for name in named_classes(text)}
    assert named - defined_names() - NAMES_OF_STANDARDS == set()


def test_names_are_found_in_spans_and_after_raises() -> None:
    text = "A ``RunLog.state`` of ``x``. Raises NotFound, Conflict (the last) and ``StopIteration``."
    assert named_classes(text) == {"NotFound", "Conflict", "RunLog", "StopIteration"}
    assert not {"NotThere", "Finished"} & defined_names()
