"""What is asked of a model, and how its app is checked: data alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from core.catalog.stacks import Side


class Style(StrEnum):
    """How a requirement is written."""

    PRECISE = "precise"
    LOOSE = "loose"


@dataclass(frozen=True, slots=True)
class Ask:
    """A request to a back end, and what its answer must be.

    ``{name}`` in the path stands for what an earlier answer had in the field that it names in ``save``. ``has`` must be
    in the answer: of an object its fields, of a list each of its items in some item.
    """

    method: str
    path: str
    status: int = 200
    body: Any = None
    has: Any = None
    save: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answers:
    """At least so many routes of this method must answer an example of theirs with a success."""

    method: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Act:
    """What is done with a page: ``fill`` or ``click`` what has this label or name, ``see`` or ``miss`` a text.

    An empty name means the first text field, or the first button.
    """

    kind: str
    name: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One requirement with its checks, in order."""

    id: str
    side: Side
    stack: str
    style: Style
    prompt: str
    checks: tuple[Ask | Answers | Act, ...]
    is_quick: bool = False


def contains(answer: Any, expected: Any) -> bool:
    """Whether an answer has all that is expected in it."""
    match expected:
        case dict():
            return isinstance(answer, dict) and all(
                name in answer and contains(answer[name], value) for name, value in expected.items()
            )
        case list():
            return isinstance(answer, list) and all(any(contains(each, item) for each in answer) for item in expected)
        case _:
            return bool(answer == expected)
