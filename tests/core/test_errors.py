"""The tree of errors: as its docstring draws it, and each with what its answer needs."""

import inspect
import re

from core import errors
from core.errors import Conflict, EngineError, FieldError, InvalidInput, LivewrightError, QueueFull

CLASSES = {
    name: found
    for name, found in vars(errors).items()
    if isinstance(found, type) and issubclass(found, LivewrightError) and found is not LivewrightError
}
TREE_LINE = re.compile(r"^ {4}([│ ├└─]+)(\w+)(?: +\d+ (\w+))?", re.MULTILINE)
"""A line of the drawing: its indent, the error's name, and the code of its answer where it has one."""


def test_the_tree_in_the_docstring_is_the_one_there_is() -> None:
    drawn: dict[str, tuple[str, str]] = {}
    parents = ["LivewrightError"]
    for indent, name, code in TREE_LINE.findall(inspect.getdoc(errors) or ""):
        depth = len(indent) // 4
        parents[depth:] = [name]
        drawn[name] = (parents[depth - 1], code)
    assert {name: parent for name, (parent, _) in drawn.items()} == {
        name: found.__mro__[1].__name__ for name, found in CLASSES.items()
    }
    codes = {name: code for name, (_, code) in drawn.items() if code}
    assert codes == {name: CLASSES[name].code for name in codes}


def test_an_error_says_its_sentence_however_it_is_asked() -> None:
    error = errors.NotFound("There is no such run.")
    assert str(error) == error.message == "There is no such run."


def test_each_keeps_what_its_answer_needs() -> None:
    assert Conflict("Busy.", run_id="r").run_id == "r"
    assert Conflict("Busy.").run_id is None
    assert QueueFull("Full.", retry_after=30).retry_after == 30
    engine_error = EngineError("gone", "The model went away.")
    assert (engine_error.error_code, engine_error.retryable, engine_error.code) == ("gone", False, "internal")
    refused = InvalidInput.for_field("name", "A project needs a name.")
    assert (refused.message, refused.errors) == (
        "A project needs a name.",
        (FieldError("name", "A project needs a name."),),
    )
