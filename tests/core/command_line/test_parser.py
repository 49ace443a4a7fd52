"""The options of the commands."""

import argparse
from pathlib import Path

import pytest

from core.command_line.parser import build_parser, write_files
from core.errors import ConfigurationError
from core.files.source_file import SourceFile
from core.settings import Settings


async def serve(_settings: Settings, _options: argparse.Namespace) -> int: ...  # type: ignore[empty-body]


async def other(_settings: Settings, _options: argparse.Namespace) -> int: ...  # type: ignore[empty-body]


COMMANDS = {"serve": serve} | dict.fromkeys(
    ("generate", "runtime", "migrate", "user", "backup", "restore", "evaluate", "bench"), other
)


def parse(*arguments: str) -> argparse.Namespace:
    return build_parser("About.", COMMANDS).parse_args(arguments)


def test_without_a_command_it_serves() -> None:
    assert parse().command is serve
    assert parse("serve", "--port", "1").command is serve
    assert parse("--port", "2", "--host", "::1").port == 2
    assert "port" not in parse()


@pytest.mark.parametrize("name", ["runtime", "migrate", "evaluate", "bench"])
def test_each_command_is_found(name: str) -> None:
    assert parse(name).command is other


def test_the_options_of_generate_and_runtime() -> None:
    generated = parse("generate", "backend", "a list", "--fix", "--out", "folder")
    assert (generated.side, generated.prompt) == ("backend", "a list")
    assert (generated.fix, generated.out) == (True, Path("folder"))
    built = parse("runtime", "--from", "usb", "--into", "image")
    assert (built.source, built.into) == (Path("usb"), Path("image"))
    assert parse("runtime").source is None


def test_the_options_of_user_and_backup() -> None:
    added = parse("user", "add", "eve", "--admin")
    assert (added.action, added.name, added.admin) == ("add", "eve", True)
    assert parse("user", "role", "eve", "user").role == "user"
    assert parse("user", "list").action == "list"
    assert parse("backup", "a.zip").file == parse("restore", "a.zip").file == Path("a.zip")
    with pytest.raises(SystemExit):
        parse("user", "role", "eve", "root")


def test_the_options_of_evaluate() -> None:
    chosen = parse("evaluate", "--quick", "--seeds", "1,2", "--only", "todo,tip", "--engine", "ollama")
    assert (chosen.quick, chosen.seeds, chosen.only, chosen.engine) == (True, (1, 2), ("todo", "tip"), "ollama")
    assert (parse("evaluate").seeds, parse("evaluate").only, parse("evaluate").replay) == ((1,), None, None)


def test_files_are_written_with_their_folders(tmp_path: Path) -> None:
    files = [SourceFile("src/a.ts", "typescript", "x;\n"), SourceFile("b.txt", "text", "b")]
    assert list(write_files(tmp_path, files)) == [tmp_path / "src/a.ts", tmp_path / "b.txt"]
    assert (tmp_path / "src" / "a.ts").read_bytes() == b"x;\n"
    with pytest.raises(ConfigurationError, match="--out"):
        list(write_files(tmp_path / "b.txt", files))
