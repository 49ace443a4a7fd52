import pytest

from core.review.checking.checks import check
from core.review.checking.omitted_code import OMISSION_MESSAGE
from core.review.checking.problem import ProblemKind
from tests.support.source_files import source_file

LEFT_OUT = [
    ("a.ts", "function f() {\n  // ... rest of the code\n}\n"),
    ("a.py", "x = 1\n# rest of the code unchanged\n"),
    ("a.css", "a { b: c }\n/* existing code */\n"),
    ("a.html", "<main>\n<!-- ... -->\n</main>\n"),
    ("a.js", "f();\n// (other routes remain the same)\n"),
    ("a.py", "def f():\n    # TODO: implement\n    pass\n"),
    ("a.go", "package a\n// ... existing code ...\n"),
    ("a.java", "class A {\n  // Other methods remain unchanged\n}\n"),
    ("a.jsx", "const A = () => <p>\n  {/* ... other components ... */}\n</p>;\n"),
    ("a.vue", "<script setup>\n// Add your logic here\n</script>\n<template><p/></template>\n"),
    ("a.scss", "a { b: c }\n// Rest of the styles\n"),
    ("a.yaml", "a: 1\n# ... other settings remain the same\n"),
    ("a.rs", "fn f() {\n    // implementation goes here\n}\n"),
    ("a.sql", "SELECT 1;\n-- code omitted for brevity\n"),
    ("a.py", "def f() -> int:\n    ...\n"),
    ("a.py", "x = 1\n...\n"),
    ("a.py", "def f():\n    x = 1\n    ...\n"),
    ("a.py", "class A:\n    def f(self): ...\n    def g(self):\n        return 1\n"),
]
NOT_LEFT_OUT = [
    ("a.js", "// rest of the array\nconst [a, ...rest] = b;\nf(...rest, {...rest});\n"),
    ("a.js", "// Other routes\n// ... and the one after\n// If omitted, all of them\nf();\n"),
    ("a.js", "const s = '// ... rest of the code';\n"),
    ("a.js", "// Your API key here\nf();\n// Remaining time is shown here\n// TODO: add tests\n"),
    ("a.js", "/* ...................... */\nf(); // fetch more items...\n"),
    ("a.py", "# e.g.\n# ...\n# and so on\nx: tuple[int, ...] = (1,)\ny = x[..., 0]\n"),
    ("a.py", "from typing import Protocol\n\n\nclass A(Protocol):\n    def f(self) -> int: ...\n"),
    ("a.py", "from abc import abstractmethod\n\n\nclass A:\n    @abstractmethod\n    def f(self) -> int: ...\n"),
    ("a.py", "class A(ValueError): ...\n"),
    ("a.py", "class A:\n    def f(self) -> int: ...\n    def g(self) -> int: ...\n"),
    ("a.py", "try:\n    x = 1\nexcept ValueError:\n    ...\n"),
    ("a.py", "def f(x=...):\n    # TODO: implement retries some day\n    return g(x)\n"),
    ("a.yaml", "a: 1\n...\n"),
    ("a.html", "<!-- Content -->\n<p>...</p>\n"),
    ("a.md", "# Existing code\n...\n"),
    ("a.py", "class A:\n    def f(self, x: int = 0): ...\n    def g(self):\n        return 1\n"),
    (
        "a.py",
        "class A:\n    def f(self):\n        ...\n    def g(self):\n        return 1\n\n\nclass B(A):\n    y = 1\n",
    ),
    ("a.py", "def f():\n    ...\n\n\nif not TYPE_CHECKING:\n    def f():\n        return 1\n"),
    ("a.py", "x = f(1)  # ...\ny = 2\n"),
    ("a.py", "# The path reflects the new name, but the\n# rest of the path should have remained unchanged\nf()\n"),
    ("a.js", "// original code\n// https://example.org/a\nf();\n"),
    ("a.py", "class A:\n    x = 1\n\n    # TODO: implement all abstract methods\n\n\nclass B:\n    x = 1\n"),
    ("a.py", "class A:\n    def f(self) -> int: ...\n    def g(self):\n        return self.f()\n"),
    ("a.py", "from zope.interface import Interface\n\n\nclass A(Interface):\n    def f(x): ...\n    y = 1\n"),
    ("a.py", 'from typing import overload\n\n\n@overload\ndef f() -> int:\n    r"""Says."""\n    ...\n'),
]


@pytest.mark.parametrize(("path", "text"), LEFT_OUT)
async def test_code_left_out_is_told(path: str, text: str) -> None:
    (problem,) = (await check([source_file(path, text)])).problems[path]
    assert (problem.kind, problem.message) == (ProblemKind.OMISSION, OMISSION_MESSAGE)
    assert problem.line > 1


@pytest.mark.parametrize(("path", "text"), NOT_LEFT_OUT)
async def test_ordinary_comments_and_dots_are_none(path: str, text: str) -> None:
    found = (await check([source_file(path, text)])).problems[path]
    assert [problem for problem in found if problem.kind is ProblemKind.OMISSION] == []
