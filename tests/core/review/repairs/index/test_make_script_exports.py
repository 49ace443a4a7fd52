"""How the index of npm's packages is made: the modules are read, none is run."""

import json
from pathlib import Path

from core.review.repairs.index.make_script_exports import MAX_NAMES, exported_names, make
from core.review.repairs.index.script_exports import DATA_FILE
from core.runtime.pins import runtime_id


def test_lists_of_exports_are_read() -> None:
    assert exported_names("var a=1;export{a as useState,b,c as default};") == ["b", "default", "useState"]
    assert exported_names("export default x;export { y }") == ["default", "y"]
    assert exported_names('export*from"./b.mjs";') is None


def test_the_modules_of_a_runtime_are_listed_with_their_versions(tmp_path: Path) -> None:
    sources = {
        "react.mjs": "export{a as useState};",
        "icons.mjs": f"export{{{','.join(f'a{n}' for n in range(MAX_NAMES + 1))}}};",
    }
    for name, source in sources.items():
        (tmp_path / name).write_text(source, "utf-8")
    modules = {"react": "react.mjs", "icons": "icons.mjs"}
    (tmp_path / "manifest.json").write_text(json.dumps({"modules": modules}), "utf-8")
    made = make(tmp_path)
    assert made["modules"] == {"react": "useState"}
    assert made["versions"].keys() == {"react"}


def test_the_data_is_of_the_runtime_that_is_pinned() -> None:
    made_from = json.loads(DATA_FILE.read_text("utf-8"))["made_from"]
    assert made_from == runtime_id(), "python -m core.review.repairs.index.make_script_exports RUNTIME"
