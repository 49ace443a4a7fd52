"""Text from a person: refused in our own sentence, and otherwise left as it is."""

import pytest
from pydantic import BaseModel, ValidationError

from api.schemas.text_fields import Instructions, StorableText
from core.generation.run_request import MAX_INSTRUCTIONS_LENGTH
from core.text import UNSTORABLE_MESSAGE


class Form(BaseModel):
    text: StorableText | None = None
    instructions: Instructions = "more"


def messages(**values: object) -> list[str]:
    """What is wrong with these values."""
    with pytest.raises(ValidationError) as refused:
        Form.model_validate(values)
    return [error["msg"] for error in refused.value.errors() if error["loc"][-1] != "none"]


@pytest.mark.parametrize("text", ["a\0b", "a\ud800", "\udfff"])
def test_what_no_database_takes_is_refused_in_our_sentence(text: str) -> None:
    assert messages(text=text)[0] == UNSTORABLE_MESSAGE
    assert messages(instructions=text) == [UNSTORABLE_MESSAGE]


@pytest.mark.parametrize("text", ["", " \r\n\t", "🐈", "\ufffd", None])
def test_every_other_text_is_taken_as_it_is(text: str | None) -> None:
    assert Form(text=text).text == text


def test_what_is_no_text_is_left_to_pydantic() -> None:
    assert messages(text=5) == ["Input should be a valid string"]


@pytest.mark.parametrize("text", ["", " ", "\n\t\u3000"])
def test_blank_instructions_are_refused(text: str) -> None:
    assert messages(instructions=text) == ["Say in a sentence what to change"]


def test_instructions_may_be_so_long_and_keep_their_white_space() -> None:
    longest = " " + "x" * (MAX_INSTRUCTIONS_LENGTH - 1)
    assert Form(instructions=longest).instructions == longest
    assert len(messages(instructions=longest + "x")) == 1
