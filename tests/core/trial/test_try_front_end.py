"""Front ends in the real sandbox: what keeps them from starting in a browser."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from core.files.answer import parse_files
from core.files.source_file import SourceFile
from core.runtime.app_runtime import AppRuntime
from core.trial.eligibility import FRAMEWORKS
from core.trial.finding import FindingKind
from core.trial.try_front_end import try_front_end

SAMPLES = Path(__file__).parents[2] / "samples"
PAGE = '<!doctype html>\n<div id="root"></div>\n<script type="module" src="/src/main.jsx"></script>'
MAIN = "import { createRoot } from 'react-dom/client';\n"
APP = "export function App() { return <p>Hello</p>; }\nexport * from './more';\n"


async def found(runtime: AppRuntime, files: Mapping[str, str], framework: str = "react") -> list[str] | None:
    """The findings as ``place: message``."""
    sources = [SourceFile(path, "", text) for path, text in files.items()]
    findings = await try_front_end(runtime, sources, framework)
    return None if findings is None else [f"{finding.place}: {finding.message}" for finding in findings]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["todo-html-head", "todo-react-head", "todo-angular-head"])
async def test_real_answers_come_together(runtime: AppRuntime, name: str) -> None:
    sample = json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))
    files = {file.path: file.text for file in parse_files(sample["text"], "index.html")}
    assert await found(runtime, files, FRAMEWORKS[sample["stack"]]) == []


@pytest.mark.slow
async def test_each_mistake_is_told_with_its_place(runtime: AppRuntime) -> None:
    main = (
        MAIN
        + "import App, { helper, more } from './App';\n"
        + "import { Switch } from 'react-router-dom';\n"
        + "import gone from './gone';\n"
        + "createRoot(document.getElementById('root')).render(<App a={[helper, more, Switch, gone]} />);\n"
    )
    broken = "export const x = ;\n"
    files = {"index.html": PAGE, "src/main.jsx": main, "src/App.jsx": APP, "src/more.js": "export const more = 1;\n"}
    assert await found(runtime, files) == [
        "src/main.jsx:4: imports “./gone”, which is not among the files",
        "src/main.jsx:2: imports the default of “./App”, which has none: it exports App",
        "src/main.jsx:2: imports helper from “./App”, which does not export it: it exports App",
        "src/main.jsx:3: imports Switch from “react-router-dom”, which does not export it",
    ]
    [syntax] = await found(runtime, {"index.html": PAGE, "src/main.jsx": broken}) or []
    assert syntax.startswith("src/main.jsx:1: ")


@pytest.mark.slow
async def test_pages_without_a_framework(runtime: AppRuntime) -> None:
    page = """<!-- <script src="no.js"></script> -->
<script src="https://cdn.jsdelivr.net/npm/bootstrap@5.3.3/dist/js/bootstrap.bundle.min.js"></script>
<script src='app.js?v=1'></script>
<script type="module">
import { a } from "./module.js";
</script>
<script type="text/template"><script src="template.js"></script>
<script src="gone.js"></script>"""
    files = {"index.html": page, "app.js": "let x;", "module.js": "export const b = 1;"}
    assert await found(runtime, files, "") == [
        "index.html:8: loads gone.js, which is not among the files",
        "index.html:5: imports a from “./module.js”, which does not export it: it exports b",
    ]


@pytest.mark.slow
async def test_what_the_runtime_lacks_is_no_mistake_of_the_app(runtime: AppRuntime) -> None:
    main = "import pad from 'left-pad-of-nobody';\nconsole.log(pad);\n"
    assert await found(runtime, {"index.html": PAGE, "src/main.jsx": main}) is None
    outside = '<script src="https://example.test/x.js"></script>'
    assert await found(runtime, {"index.html": outside}, "") is None


@pytest.mark.slow
async def test_an_app_without_a_page_is_started_by_its_framework(runtime: AppRuntime) -> None:
    assert await found(runtime, {"src/App.jsx": "export default function App() { return <p>Hi</p>; }"}) == []
    assert await found(runtime, {"notes.md": "nothing"}) == [": has no file to start from, such as src/main"]


@pytest.mark.slow
async def test_what_is_right_is_not_told(runtime: AppRuntime) -> None:
    views = "const name = 'A';\nexport const load = () => import(`./views/${name}.js`);\n"
    lazy = MAIN + "import { load } from './views.js';\nload().then(() => import('./Lazy.jsx'));\n"
    files = {"index.html": PAGE, "src/main.jsx": lazy, "src/views.js": views, "src/Lazy.jsx": "import './gone';\n"}
    sources = [SourceFile(path, "", text) for path, text in files.items()]
    [late] = await try_front_end(runtime, sources, "react") or ()
    assert (late.kind, late.place) == (FindingKind.ERROR, "src/Lazy.jsx:1"), "the app starts without it"
    plain = '<div id="app"></div><script>Vue.createApp({}).mount("#app")</script>'
    assert await found(runtime, {"index.html": plain}, "vue") == []
    babel = '<div id="root"></div><script type="text/babel" data-presets="react">render(<p/>)</script>'
    assert await found(runtime, {"index.html": babel}, "react") == []
    animated = "import { provideAnimationsAsync } from '@angular/platform-browser/animations/async';\n"
    main = f"{animated}console.log(provideAnimationsAsync);\n"
    assert await found(runtime, {"index.html": PAGE.replace("jsx", "ts"), "src/main.ts": main}, "angular") == []
