"""Errors of an app, told by the place in its own source."""

import pytest

from core.runtime.python.app_errors import AppError, describe


def raised(source: str, filename: str) -> AppError:
    """What is told of the exception that running this source as that file raises."""
    with pytest.raises(Exception) as caught:  # noqa: PT011  any kind
        exec(compile(source, filename, "exec"), {})  # noqa: S102  our own source
    return describe(caught.value)


def test_an_error_names_the_innermost_line_of_the_app() -> None:
    error = raised("def inner():\n    return 1 / 0\n\ninner()\n", "/app/shop/main.py")
    assert (error.message, error.path, error.line) == ("ZeroDivisionError: division by zero", "shop/main.py", 2)
    assert "division by zero" in error.traceback


def test_an_error_inside_of_a_library_names_the_line_that_called_it() -> None:
    error = raised("import json\n\njson.loads('{')\n", "/app/main.py")
    assert (error.path, error.line) == ("main.py", 3)


def test_an_error_of_a_library_alone_has_no_place() -> None:
    error = raised("1 / 0", "/elsewhere/main.py")
    assert (error.path, error.line) == (None, None)


def test_a_syntax_error_names_its_own_line() -> None:
    error = raised("x = 1\ny = (\n", "/app/main.py")
    assert (error.path, error.line) == ("main.py", 2)


def test_the_cause_gives_the_place_where_the_error_itself_has_none() -> None:
    cause = raised_exception("int('x')", "/app/main.py")
    error = RuntimeError("wrapped")
    error.__cause__ = cause
    assert (describe(error).path, describe(error).line) == ("main.py", 1)


def raised_exception(source: str, filename: str) -> Exception:
    with pytest.raises(Exception) as caught:  # noqa: PT011  any kind
        exec(compile(source, filename, "exec"), {})  # noqa: S102  our own source
    return caught.value


def test_a_missing_module_is_named() -> None:
    error = raised("import no_such_module_here", "/app/main.py")
    assert error.missing_module == "no_such_module_here"
    assert error.to_dict()["missing_module"] == "no_such_module_here"
    assert raised("1 / 0", "/app/main.py").missing_module is None
