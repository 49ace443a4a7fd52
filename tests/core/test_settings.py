"""Settings: defaults that work, and wrong values that are named and never shown."""

import os
from pathlib import Path
from typing import Any

import pytest

from core.errors import ConfigurationError
from core.settings import EngineChoice, Settings, _write_once


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HOME", "HOST", "PORT", "SECRET", "ENGINE", "MODEL", "EMBEDDED_MODEL", "MAX_RUNS", "PASSWORD_ROUNDS"):
        monkeypatch.delenv(f"LIVEWRIGHT_{name}", raising=False)
    monkeypatch.delenv("OLLAMA_HOST", raising=False)
    monkeypatch.chdir(tmp_path)


def test_every_setting_has_the_default_of_the_contract() -> None:
    settings = Settings.load()
    assert (settings.home, settings.host, settings.port) == (Path("var"), "127.0.0.1", 8080)
    assert (settings.engine, settings.model) == (EngineChoice.AUTO, "qwen2.5-coder")
    assert (settings.ollama_host, settings.embedded_model) == ("http://127.0.0.1:11434", "auto")
    assert (settings.max_runs, settings.registration, settings.cors_origins) == (None, "open", ())


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LIVEWRIGHT_OLLAMA_KEEP_ALIVE", "for ever"),
        ("LIVEWRIGHT_PORT", "99999"),
        ("LIVEWRIGHT_PORT", "http"),
        ("LIVEWRIGHT_ENGINE", "gpt"),
        ("LIVEWRIGHT_MAX_RUNS", "0"),
        ("LIVEWRIGHT_MAX_RUNS", "many"),
        ("LIVEWRIGHT_REGISTRATION", "maybe"),
        ("LIVEWRIGHT_SECRET", "hush-hush"),
        ("LIVEWRIGHT_ROOT_PATH", "no-slash"),
        ("LIVEWRIGHT_ROOT_PATH", "/a/../b"),
        ("LIVEWRIGHT_ROOT_PATH", '/"x'),
        ("LIVEWRIGHT_TRUSTED_PROXIES", "nginx.example"),
    ],
)
def test_a_wrong_value_is_named_and_not_shown(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError) as caught:
        Settings.load()
    assert variable in caught.value.message
    assert value not in caught.value.message.replace(variable, "") or value == "0"


def test_several_wrong_values_are_all_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVEWRIGHT_PORT", "x")
    monkeypatch.setenv("LIVEWRIGHT_ENGINE", "x")
    with pytest.raises(ConfigurationError, match=r"LIVEWRIGHT_PORT.*LIVEWRIGHT_ENGINE"):
        Settings.load()


def test_what_is_given_wins_over_the_environment_and_that_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("LIVEWRIGHT_PORT=1\nLIVEWRIGHT_HOST=file\nOLLAMA_HOST=gpu:1\n")
    monkeypatch.setenv("LIVEWRIGHT_PORT", "2")
    settings = Settings.load(port=3)
    assert (settings.port, settings.host, settings.ollama_host) == (3, "file", "gpu:1")
    assert Settings.load().port == 2


def test_an_empty_value_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVEWRIGHT_PORT", "")
    assert Settings.load().port == 8080


def test_origins_come_comma_separated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVEWRIGHT_CORS_ORIGINS", "https://a.example/, http://b.example:1 ,")
    assert Settings.load().cors_origins == ("https://a.example", "http://b.example:1")


@pytest.mark.parametrize(("value", "host"), [("[::1]", "::1"), ("::1", "::1"), ("localhost", "localhost")])
def test_a_host_may_stand_in_brackets(monkeypatch: pytest.MonkeyPatch, value: str, host: str) -> None:
    monkeypatch.setenv("LIVEWRIGHT_HOST", value)
    assert Settings.load().host == host


def test_proxies_are_addresses_and_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [str(network) for network in Settings.load().trusted_networks] == ["127.0.0.0/8", "::1/128"]
    monkeypatch.setenv("LIVEWRIGHT_TRUSTED_PROXIES", "10.0.0.1, 172.16.0.0/12")
    assert [str(network) for network in Settings.load().trusted_networks] == ["10.0.0.1/32", "172.16.0.0/12"]


@pytest.mark.parametrize(("value", "path"), [("/lw", "/lw"), ("/a/b-c/", "/a/b-c"), ("/", "")])
def test_a_root_path_has_no_slash_at_its_end(monkeypatch: pytest.MonkeyPatch, value: str, path: str) -> None:
    monkeypatch.setenv("LIVEWRIGHT_ROOT_PATH", value)
    assert Settings.load().root_path == path


def test_a_secret_is_counted_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVEWRIGHT_SECRET", "ü" * 16)
    assert Settings.load().secret == "ü" * 16


def prepared(home: Path, **changes: Any) -> Settings:
    return Settings.load(home=home, **changes).prepare()


def test_a_secret_is_made_once_and_kept_for_the_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "a" / "home"
    first = prepared(home).secret
    assert first == prepared(home).secret
    assert first != prepared(tmp_path / "other").secret
    assert len(first or "") >= 32
    assert home.stat().st_mode & 0o777 == 0o700
    assert (home / "secret").stat().st_mode & 0o777 == 0o600


def test_a_configured_secret_leaves_no_file(tmp_path: Path) -> None:
    assert prepared(tmp_path, secret="x" * 32).secret == "x" * 32
    assert not (tmp_path / "secret").exists()


def test_a_file_in_place_of_the_state_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(ConfigurationError, match="LIVEWRIGHT_HOME"):
        prepared(tmp_path / "home")


@pytest.mark.parametrize("content", [b"", b"short", b"\xff\xfe" * 40])
def test_a_spoilt_secret_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret").write_bytes(content)
    with pytest.raises(ConfigurationError, match="secret"):
        prepared(tmp_path)


def test_a_folder_that_was_there_is_closed_to_others(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o755)
    prepared(home)
    assert home.stat().st_mode & 0o777 == 0o700


def test_files_that_were_there_are_closed_to_others(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "sessions").mkdir(parents=True)
    elsewhere = tmp_path / "elsewhere"
    files = [home / "livewright.db", home / "sessions" / "storage-user-a.json", elsewhere]
    for file in files:
        file.touch()
        file.chmod(0o644)
    (home / "link").symlink_to(elsewhere)
    prepared(home)
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600, 0o600, 0o644]


def test_a_crash_while_the_secret_is_written_leaves_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", crash)
        with pytest.raises(KeyboardInterrupt):
            prepared(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert prepared(tmp_path).secret


def test_of_two_processes_that_make_a_secret_the_first_wins(tmp_path: Path) -> None:
    for text in ("first", "second"):
        _write_once(tmp_path / "secret", text)
    assert (tmp_path / "secret").read_text() == "first"


def test_a_file_system_without_links_gets_a_secret_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    assert prepared(tmp_path).secret == prepared(tmp_path).secret
    assert [found.name for found in tmp_path.iterdir()] == ["secret"]
