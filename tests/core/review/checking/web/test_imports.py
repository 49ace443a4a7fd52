"""Imports of scripts that the project does not have."""

import pytest

from core.files.source_file import SourceFile
from core.review.checking.checks import check
from core.review.checking.problem import ProblemKind
from tests.support.source_files import found_in, source_file

MISSING = {
    "ts": ([("src/a.ts", "\nimport { b } from './b';\n")], "src/a.ts:2 There is no file `./b`."),
    "re-export": ([("a.ts", "export * from './b.js';\n")], "a.ts:1 There is no file `./b.js`."),
    "require": ([("b/a.js", "const b = require('../a/b');\n")], "b/a.js:1 There is no file `../a/b`."),
    "lazy": ([("a.tsx", "const B = lazy(() => import('./B'));\n")], "a.tsx:1 There is no file `./B`."),
    "style": ([("src/App.jsx", "import './App.css';\n")], "src/App.jsx:1 There is no file `./App.css`."),
    "vue": (
        [("src/A.vue", "<template><B/></template>\n<script setup>\nimport B from './B.vue';\n</script>\n")],
        "src/A.vue:3 There is no file `./B.vue`.",
    ),
    "svelte": (
        [("A.svelte", "<script>\n  import B from './B.svelte';\n</script>\n")],
        "A.svelte:2 There is no file `./B.svelte`.",
    ),
    "angular": (
        [("a.component.ts", "@Component({\n  templateUrl: './a.component.html',\n})\nexport class A {}\n")],
        "a.component.ts:2 There is no file `./a.component.html`.",
    ),
}

THERE = {
    "suffixes": [
        ("src/a.ts", "import './b'; import './c.js'; import './d'; import '.';\n"),
        ("src/b.ts", "import './e.vue'; import x from './f.svg?raw';\n"),
        *[(f"src/{name}", "") for name in ("b.tsx", "c.ts", "d/index.ts", "index.ts", "e.vue", "f.svg")],
    ],
    "made later": [
        ("src/a.ts", "import '../dist/x'; import './generated/y'; import './routeTree.gen'; import './$types';\n")
    ],
    "outside": [("a.ts", "import x from '../common/x';\n")],
    "only in words": [("a.ts", "// import './b'\nconst s = \"import './b'\";\n")],
}


@pytest.mark.parametrize("name", MISSING)
async def test_a_file_that_is_not_there_is_told(name: str) -> None:
    files, message = MISSING[name]
    assert await found_in(*files) == [message]


@pytest.mark.parametrize("name", THERE)
async def test_what_is_there_or_may_be_is_not_missed(name: str) -> None:
    assert await found_in(*THERE[name]) == []


async def test_the_kind_of_a_missing_file_does_not_keep_from_formatting() -> None:
    found = (await check([source_file("a.ts", "import './b';\n")])).problems
    assert [problem.kind for problem in found["a.ts"]] == [ProblemKind.IMPORT]


async def test_imports_of_a_file_cut_off_are_checked() -> None:
    found = (await check([SourceFile("a.ts", "typescript", "import './b';\nlet x = ", is_complete=False)])).problems
    assert [problem.kind for problem in found["a.ts"]] == [ProblemKind.IMPORT, ProblemKind.TRUNCATED]


@pytest.mark.parametrize(
    "files",
    [
        [("test/a.test.js", "require('..');\n"), ("package.json", '{"main": "lib.js"}')],
        [("template/src/main.js", "import './App.vue';\nimport 'vue';\n"), ("package.json", "{}")],
        [("umd.js", "(function(f){f()})(function(require,module){require('./lib/has')});\n")],
        [("bench/a.ts", "import 'benchmark';\n"), ("package.json", "{}")],
        [("lib/a.d.ts", "export const a = 1, b: string;\ndeclare const c;\nconst d: number;\n")],
        [("lib/a.d.mts", "declare module 'x' { const d: number; }\n")],
    ],
)
async def test_what_is_put_together_elsewhere_is_not_missed(files: list[tuple[str, str]]) -> None:
    assert await found_in(*files) == []
