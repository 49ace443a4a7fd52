"""What the index knows: it is made of the pins of this version, and says nothing that is not certain."""

import json

from core.review.repairs.index.make_python_exports import pins_hash
from core.review.repairs.index.python_exports import DATA_FILE, python_exports

NOTHING: frozenset[str] = frozenset()


def test_it_is_made_of_the_pins_that_are_there() -> None:
    made_from = json.loads(DATA_FILE.read_text("utf-8"))["made_from"]
    assert made_from == pins_hash(), "python -m core.review.repairs.index.make_python_exports FOLDER"


def test_the_pinned_packages_are_known() -> None:
    exports = python_exports()
    assert {exports.distributions[top].name for top in ("fastapi", "flask", "flask_cors", "jose", "yaml")} == {
        "fastapi", "flask", "flask-cors", "python-jose", "pyyaml",
    }  # fmt: skip
    assert "flask" in exports.distributions["flask_cors"].requires


def test_a_module_has_its_names_and_its_modules() -> None:
    exports = python_exports()
    assert exports.has_name("fastapi", "FastAPI")
    assert exports.has_name("fastapi", "responses")
    assert exports.has_name("fastapi", "CORSMiddleware") is False
    assert exports.has_name("nothing", "x") is None


def test_the_nearest_module_of_the_used_packages_is_found() -> None:
    exports, used = python_exports(), frozenset({"fastapi"})
    assert exports.find_module("JSONResponse", used, NOTHING) == "fastapi.responses"
    assert exports.find_module("JSONResponse", frozenset({"starlette"}), NOTHING) == "starlette.responses"
    assert exports.find_module("Request", used, NOTHING) == "fastapi"
    assert exports.find_module("Path", used, NOTHING) is None
    assert exports.find_module("CORS", used, NOTHING) is None
    assert exports.find_module("CORS", frozenset({"flask"}), NOTHING) == "flask_cors"
