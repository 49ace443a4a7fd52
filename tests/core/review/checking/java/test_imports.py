"""Imports of the project's own Java classes."""

import pytest

from tests.support.source_files import found_in

MISSING = {
    "below the shared package": (
        [
            ("A.java", "package com.example.app;\nimport com.example.app.model.Todo;\nclass A { Todo x; }\n"),
            ("b/B.java", "package com.example.app.web;\nclass B {}\n"),
        ],
        "A.java:2 There is no class `com.example.app.model.Todo`.",
    ),
}

THERE = {
    "below the shared package": [
        ("A.java", "package com.example.app;\nimport com.example.app.model.Todo;\nclass A {}\n"),
        ("C.java", "package com.example.app;\nimport com.example.app.B.Inner;\nclass C {}\n"),
        ("T.java", "package com.example.app.model;\npublic record Todo() {}\n"),
        ("B.java", "package com.example.app;\nclass B { class Inner {} }\n"),
    ],
}


@pytest.mark.parametrize("name", MISSING)
async def test_a_class_that_is_not_there_is_told(name: str) -> None:
    files, message = MISSING[name]
    assert await found_in(*files) == [message]


@pytest.mark.parametrize("name", THERE)
async def test_what_is_there_or_may_be_is_not_missed(name: str) -> None:
    assert await found_in(*THERE[name]) == []
