"""Names that a module of the project lacks."""

import pytest

from tests.support.source_files import found_in

MODELS = "class Todo:\n    pass\n\n\ndef make() -> Todo:\n    return Todo()\n"


@pytest.mark.parametrize(
    ("path", "line", "module"),
    [
        ("main.py", "from models import Item, Todo", "models.py"),
        ("app/main.py", "from .models import Item", "app/models.py"),
        ("app/main.py", "from app.models import Todo, Item as I", "app/models.py"),
    ],
)
async def test_a_name_that_its_module_lacks_is_told(path: str, line: str, module: str) -> None:
    files = [(path, f"{line}\n"), (module, MODELS)]
    assert await found_in(*files) == [f"{path}:1 `{module}` has no `Item`."]


@pytest.mark.parametrize(
    "models",
    [
        "Item = 1\n",
        "from other import *\n",
        "from other import Item\n",
        "def __getattr__(name): return 1\n",
        "globals().update(dict(a=1))\n",
        "for name in 'ab':\n    globals()[name] = 1\n",
        "if True:\n    class Item: pass\n",
        "__all__ = ['Item']\n",
        "",
    ],
)
async def test_a_name_that_is_there_or_may_be_is_not(models: str) -> None:
    files = [("main.py", "from models import Item\n"), ("models.py", models), ("other.py", "Item = 1\n")]
    assert await found_in(*files) == []


@pytest.mark.parametrize(
    "code",
    [
        "import models\n\nprint(models.Item)\n",
        "from models import *\n",
        "from models import __name__, Todo\n",
        "try:\n    from models import Item\nexcept ImportError:\n    Item = None\n",
    ],
)
async def test_other_imports_are_let_be(code: str) -> None:
    assert await found_in(("main.py", code), ("models.py", MODELS)) == []


async def test_of_several_modules_of_one_name_any_may_be_meant() -> None:
    files = [("main.py", "from models import Item\n"), ("models.py", MODELS), ("lib/models.py", "Item = 1\n")]
    assert await found_in(*files) == []
    stub = [("main.py", "from models import Item\n"), ("models.py", MODELS), ("models.pyi", "Item: int\n")]
    assert await found_in(*stub) == []
