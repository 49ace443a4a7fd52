"""What a package.json lacks."""

import json

import pytest

from core.review.repairs.web.package_json import declare_packages
from tests.support.repairs import repaired

SCRIPT = 'import { useState } from "react";\nimport axios from "axios";\nimport "./a.css";\nimport x from "made-up";\n'


def test_packages_with_a_known_version_are_declared() -> None:
    texts = {"src/App.tsx": SCRIPT, "package.json": '{"name": "é", "dependencies": {"react": "^18.3.0"}}'}
    after = json.loads(repaired(declare_packages, texts, stack="react")["package.json"])
    assert after["dependencies"].keys() == {"react", "axios"}
    assert after["name"] == "é"


def test_a_section_is_made_where_there_is_none() -> None:
    texts = {"src/index.ts": 'import express from "express";\n', "package.json": "{}"}
    after = json.loads(repaired(declare_packages, texts, stack="express")["package.json"])
    assert after == {"dependencies": {"express": "^4.21.0"}}


@pytest.mark.parametrize(
    "texts",
    [
        {"a.js": SCRIPT},
        {"a.js": SCRIPT, "package.json": "no JSON"},
        {"a.js": SCRIPT, "package.json": '{"dependencies": []}'},
        {"a.js": SCRIPT, "package.json": "{}", "web/package.json": "{}"},
        {"a.js": "f();\n", "package.json": "{}"},
    ],
)
def test_otherwise_it_stays(texts: dict[str, str]) -> None:
    assert repaired(declare_packages, texts) == {}
