"""How Deno is called to fetch and to build."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from core.runtime import libraries
from core.runtime.errors import RuntimeBuildError
from core.runtime.libraries import build_libraries, compile_python, install_packages

Commands = list[tuple[list[str], dict[str, str]]]


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> Commands:
    """The commands that were run; each tells a line of progress and one that is none."""
    run: Commands = []

    async def run_command(
        arguments: Sequence[str],
        _folder: Path,
        environment: Mapping[str, str],
        on_line: Callable[[str], None] = lambda _line: None,
    ) -> None:
        run.append((list(arguments), dict(environment)))
        on_line("Warning: this and that")
        on_line(json.dumps({"step": "modules", "done": 1, "total": 2}))

    monkeypatch.setattr(libraries, "run_command", run_command)
    return run


@pytest.fixture
def work(tmp_path: Path) -> Path:
    program = tmp_path / "node_modules/.deno/@esbuild+linux-x64@1.0.0/node_modules/@esbuild/linux-x64/bin/esbuild"
    program.parent.mkdir(parents=True)
    program.touch()
    return tmp_path


async def test_packages_are_installed_by_the_lock_alone(work: Path, commands: Commands) -> None:
    await install_packages(work)
    [(arguments, environment)] = commands
    assert arguments[1:3] == ["install", "--frozen"]
    assert environment["DENO_DIR"] == str(work / "cache")
    assert (work / "package.json").exists()
    assert (work / "deno.lock").exists()


async def test_the_build_has_no_network_and_nothing_of_the_environment(
    work: Path, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_WORD", "hush")
    out = work / "out"
    out.mkdir()
    (out / "parts.json").write_text('{"modules": {}}', "utf-8")
    told: list[tuple[str, int, int]] = []
    assert await build_libraries(work, out, lambda *part: told.append(part)) == {"modules": {}}
    assert told == [("modules", 1, 2)]
    assert not (out / "parts.json").exists()
    await compile_python(work, out, lambda *part: told.append(part))
    for arguments, environment in commands:
        assert "--no-remote" in arguments
        assert not any(argument.startswith(("--allow-net", "--allow-all", "-A")) for argument in arguments)
        assert "SECRET_WORD" not in environment


async def test_what_is_not_installed_is_named(
    tmp_path: Path, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(RuntimeBuildError, match="no esbuild for this machine"):
        await build_libraries(tmp_path, tmp_path, lambda *_part: None)
    monkeypatch.setattr(libraries, "find_program", lambda _name: None)
    with pytest.raises(RuntimeBuildError, match="package deno is not installed"):
        await install_packages(tmp_path)
    assert not commands
