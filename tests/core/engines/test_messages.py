"""Messages as every chat API takes them."""

import pytest

from core.engines.messages import encode_messages, is_continuation
from core.engines.protocol import Message


@pytest.mark.parametrize(
    ("content", "encoded"),
    [("é😀", "é😀"), ("\ud83d\ude00", "😀"), ("\ud83d", "\ufffd"), ("a\ude00b", "a\ufffdb"), ("\0\r\n", "\0\r\n")],
)
def test_only_a_lone_surrogate_is_replaced(content: str, encoded: str) -> None:
    messages = (Message("system", content), Message("user", "u"))
    assert encode_messages(messages) == [{"role": "system", "content": encoded}, {"role": "user", "content": "u"}]


def test_a_last_message_of_the_model_is_continued() -> None:
    question, answer = Message("user", "x"), Message("assistant", "y")
    assert [is_continuation(messages) for messages in ((question, answer), (answer, question), ())] == [
        True,
        False,
        False,
    ]
