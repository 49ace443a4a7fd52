import pytest

from core.files.source_file import SourceFile
from core.review.checking.checks import check
from core.review.checking.problem import ProblemKind
from tests.support.source_files import source_file

INIT = ("app/__init__.py", "")
TSCONFIG = ("tsconfig.json", "{}")


async def told(*files: tuple[str, str]) -> list[str]:
    found = await check([source_file(path, text) for path, text in files])
    return [f"{path}:{problem.line} {problem.message}" for path, problems in found.items() for problem in problems]


MISSING = {
    "relative": ([INIT, ("app/main.py", "from .models import A\n")], "app/main.py:1 There is no file `app/models.py`."),
    "relative name": (
        [INIT, ("app/main.py", "from . import models\n")],
        "app/main.py:1 There is no file `app/models.py`.",
    ),
    "two up": ([INIT, ("app/api/a.py", "from ..db import x\n")], "app/api/a.py:1 There is no file `app/db.py`."),
    "absolute": ([INIT, ("app/main.py", "import app.models\n")], "app/main.py:1 There is no file `app/models.py`."),
    "of a package": (
        [("app/main.py", "from app import crud\n")],
        "app/main.py:1 There is no file `app/crud.py`.",
    ),
    "a sibling by its name": ([("main.py", "from schemas import A\n")], "main.py:1 There is no file `schemas.py`."),
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
    "script": (
        [("index.html", '<p>x\n<script src="script.js"></script>\n')],
        "index.html:2 There is no file `script.js`.",
    ),
    "vite": (
        [("index.html", '<script type="module" src="/src/main.tsx"></script>\n')],
        "index.html:1 There is no file `/src/main.tsx`.",
    ),
    "link": (
        [("index.html", '<link rel="stylesheet" href="css/a.css?v=1">\n')],
        "index.html:1 There is no file `css/a.css?v=1`.",
    ),
    "page": ([("index.html", '<a href="about.html#x">x</a>\n')], "index.html:1 There is no file `about.html#x`."),
    "css import": ([("a.css", '\n@import "./b.css";\n')], "a.css:2 There is no file `./b.css`."),
    "css url": ([("a.css", "a { background: url(img/x.svg) }\n")], "a.css:1 There is no file `img/x.svg`."),
    "java": (
        [
            ("A.java", "package com.example.app;\nimport com.example.app.model.Todo;\nclass A { Todo x; }\n"),
            ("b/B.java", "package com.example.app.web;\nclass B {}\n"),
        ],
        "A.java:2 There is no class `com.example.app.model.Todo`.",
    ),
}

THERE = {
    "relative": [INIT, ("app/main.py", "from .models import A\nfrom . import models\n"), ("app/models.py", "")],
    "in init": [("app/__init__.py", "x = 1\n"), ("app/main.py", "from . import x\n")],
    "namespace": [("app/main.py", "from app.api.routes import x\n"), ("app/api/routes.py", "")],
    "below another root": [("backend/app/main.py", "from app.models import A\n"), ("backend/app/models.py", "")],
    "as if from src": [("src/a/__init__.py", ""), ("src/a/b.py", ""), ("tests/test_a.py", "from a.b import x\n")],
    "like a package": [("alembic/env.py", "from alembic import context\nimport alembic.config\n")],
    "own contrib": [
        ("a/__init__.py", ""),
        ("a/peewee/__init__.py", ""),
        ("a/peewee/x.py", "from peewee import CharField\n"),
    ],
    "optional": [INIT, ("app/main.py", "try:\n    from .fast import x\nexcept ImportError:\n    x = None\n")],
    "by protoc": [INIT, ("app/main.py", "from . import todo_pb2\n")],
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
    "elsewhere": [
        ("a.html", '<link rel="icon" href="favicon.ico"><script src="https://x/y.js"></script><a href="#a">x</a>\n'),
        (
            "b.html",
            '<img src="data:image/png;base64,x"><img src="{{ url }}"><script src="/socket.io/io.js"></script>\n',
        ),
    ],
    "by a server": [("templates/a.html", '<link rel="stylesheet" href="css/a.css">\n'), ("static/css/a.css", "")],
    "in comments": [("a.css", '/* @import "./b.css"; url(x.png) */\n@import "tailwindcss";\na { b: url(#x) }\n')],
    "java": [
        ("A.java", "package com.example.app;\nimport com.example.app.model.Todo;\nclass A {}\n"),
        ("C.java", "package com.example.app;\nimport com.example.app.B.Inner;\nclass C {}\n"),
        ("T.java", "package com.example.app.model;\npublic record Todo() {}\n"),
        ("B.java", "package com.example.app;\nclass B { class Inner {} }\n"),
    ],
}


@pytest.mark.parametrize("name", MISSING)
async def test_a_file_that_is_not_there_is_told(name: str) -> None:
    files, message = MISSING[name]
    assert await told(*files) == [message]


@pytest.mark.parametrize("name", THERE)
async def test_what_is_there_or_may_be_is_not_missed(name: str) -> None:
    assert await told(*THERE[name]) == []


async def test_the_kind_of_a_missing_file_does_not_keep_from_formatting() -> None:
    found = await check([source_file("a.ts", "import './b';\n")])
    assert [problem.kind for problem in found["a.ts"]] == [ProblemKind.IMPORT]


async def test_imports_of_a_file_cut_off_are_checked() -> None:
    found = await check([SourceFile("a.ts", "typescript", "import './b';\nlet x = ", is_complete=False)])
    assert [problem.kind for problem in found["a.ts"]] == [ProblemKind.IMPORT, ProblemKind.TRUNCATED]
