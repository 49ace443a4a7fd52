"""Where the app is: the module, the folder it is imported from, and the object in it."""

from types import ModuleType, SimpleNamespace

import pytest
from fastapi import FastAPI

from core.runtime.python.discovery import Entry, NoApp, find_app, find_entry, is_asgi

APP = "from fastapi import FastAPI\napp = FastAPI()\n"


@pytest.mark.parametrize(
    ("files", "entry"),
    [
        ({"main.py": APP}, Entry("main.py", "", "main")),
        ({"models.py": "x = 1", "server.py": APP}, Entry("server.py", "", "server")),
        ({"backend/main.py": APP}, Entry("backend/main.py", "backend", "main")),
        ({"app/main.py": f"from app.db import x\n{APP}", "app/db.py": ""}, Entry("app/main.py", "", "app.main")),
        ({"app/main.py": f"from .db import x\n{APP}", "app/db.py": ""}, Entry("app/main.py", "", "app.main")),
        ({"app/main.py": f"from db import x\n{APP}", "app/db.py": ""}, Entry("app/main.py", "app", "main")),
        (
            {"backend/app/main.py": f"from app import db\n{APP}", "backend/app/db.py": ""},
            Entry("backend/app/main.py", "backend", "app.main"),
        ),
        ({"app/__init__.py": f"from . import db\n{APP}", "app/db.py": ""}, Entry("app/__init__.py", "", "app")),
        ({"tests/test_main.py": APP, "service.py": APP}, Entry("service.py", "", "service")),
        ({"app.py": "import flask\n\ndef create_app():\n    return flask.Flask(__name__)"}, Entry("app.py", "", "app")),
        ({"main.py": "app = FastAPI(\n", "README.md": ""}, Entry("main.py", "", "main")),
    ],
)
def test_the_module_and_the_folder_are_found(files: dict[str, str], entry: Entry) -> None:
    assert find_entry(files) == entry


@pytest.mark.parametrize("files", [{}, {"main.py": "print(1)"}, {"main.js": "FastAPI()"}])
def test_files_without_an_app_say_so(files: dict[str, str]) -> None:
    with pytest.raises(NoApp, match="no FastAPI"):
        find_entry(files)


def module(**names: object) -> ModuleType:
    made = ModuleType("main")
    vars(made).update(names)
    return made


def test_the_app_is_taken_by_its_usual_name_before_others() -> None:
    other, app = FastAPI(), FastAPI()
    assert find_app(module(sub=other, app=app)) is app
    assert find_app(module(service=other)) is other
    assert find_app(module(app="a word", service=other)) is other


def test_a_factory_without_required_parameters_is_called() -> None:
    app = FastAPI()

    def create_app(_config: str = "default") -> FastAPI:
        return app

    assert find_app(module(create_app=create_app)) is app


def test_a_module_without_an_app_says_so() -> None:
    def create_app(_config: str) -> FastAPI:
        return FastAPI()

    with pytest.raises(NoApp, match="main has no app"):
        find_app(module(create_app=create_app, router=SimpleNamespace()))


def test_it_is_told_whether_an_app_speaks_asgi() -> None:
    class Flask:
        def __call__(self, _environment: object, _start: object) -> list[bytes]:
            return []

    async def asgi(_scope: object, _receive: object, _send: object) -> None: ...

    assert is_asgi(FastAPI())
    assert is_asgi(asgi)
    assert not is_asgi(Flask())
