"""The options of the commands."""

import argparse
from pathlib import Path

import pytest

from core.command_line import build_parser
from core.settings import Settings


async def serve(_settings: Settings, _options: argparse.Namespace) -> int: ...  # type: ignore[empty-body]


async def other(_settings: Settings, _options: argparse.Namespace) -> int: ...  # type: ignore[empty-body]


COMMANDS = {"serve": serve} | dict.fromkeys(("generate", "runtime", "migrate", "bench"), other)


def parse(*arguments: str) -> argparse.Namespace:
    return build_parser("About.", COMMANDS).parse_args(arguments)


def test_without_a_command_it_serves() -> None:
    assert parse().command is serve
    assert parse("serve", "--port", "1").command is serve
    assert parse("--port", "2", "--host", "::1").port == 2
    assert "port" not in parse()


@pytest.mark.parametrize("name", ["runtime", "migrate", "bench"])
def test_each_command_is_found(name: str) -> None:
    assert parse(name).command is other


def test_the_options_of_generate_and_runtime() -> None:
    generated = parse("generate", "backend", "a list", "--fix", "--out", "folder")
    assert (generated.side, generated.prompt) == ("backend", "a list")
    assert (generated.fix, generated.out) == (True, Path("folder"))
    built = parse("runtime", "--from", "usb", "--into", "image")
    assert (built.source, built.into) == (Path("usb"), Path("image"))
    assert parse("runtime").source is None
