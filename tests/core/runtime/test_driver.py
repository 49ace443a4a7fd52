"""The driver as it goes into Pyodide."""

import ast

from core.runtime.driver import driver_files, python_app_script


def test_the_files_name_one_another_by_the_name_that_they_have_there() -> None:
    files = driver_files()
    assert {"host.py", "asgi.py", "shims/bcrypt.py"} <= files.keys()
    assert "from app_driver.asgi import" in files["host.py"]
    for text in files.values():
        imported = [node.module for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)]
        assert not [name for name in imported if name and name.split(".")[0] == "core"]


def test_the_script_imports_nothing() -> None:
    script = python_app_script()
    assert "export class PythonApp" in script
    assert "\nimport " not in script
