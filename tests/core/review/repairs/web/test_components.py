"""The main component is exported so that its entry point can show it."""

from core.review.repairs.web.components import export_main_component
from tests.support.repairs import repaired

MAIN = 'import App from "./App";\n'
APP = "function App() {\n  return <p>Hi</p>;\n}\n"


def test_a_component_that_is_not_exported_is() -> None:
    after = repaired(export_main_component, {"src/App.tsx": APP, "src/main.tsx": MAIN}, stack="react")
    assert after == {"src/App.tsx": f"{APP}\nexport default App;\n"}


def test_what_is_exported_or_no_main_component_stays() -> None:
    for path, text in (("src/App.tsx", f"export default {APP}"), ("src/List.tsx", APP), ("src/App.tsx", "f();\n")):
        assert repaired(export_main_component, {path: text, "src/main.tsx": MAIN}, stack="react") == {}
    assert repaired(export_main_component, {"src/App.tsx": APP, "src/main.tsx": MAIN}, stack="vue") == {}


def test_a_component_that_an_entry_imports_by_name_stays() -> None:
    named = {"src/App.tsx": f"export {APP}", "src/main.tsx": 'import { App } from "./App";\n'}
    assert repaired(export_main_component, named, stack="react") == {}
    assert repaired(export_main_component, {"src/App.tsx": APP}, stack="react") == {}
