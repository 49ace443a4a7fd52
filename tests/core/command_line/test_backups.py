"""A backup of everything in one file, and back into an empty state folder."""

import argparse
import errno
import hashlib
import stat
from pathlib import Path
from zipfile import ZipFile

import pytest

from core.command_line.backups import SECRET_MEMBER, backup, restore
from core.errors import ConfigurationError, DatabaseUnavailable
from core.settings import Settings
from core.state_folder import StateLock
from core.studio import Studio
from data import backup as archives
from data.database import Connection
from tests.support.engines.scripted_engine import ScriptedEngine, text_script
from tests.support.fake_reviews import skip_review
from tests.support.users.studio_user import StudioUser

ANSWER = "### FILE: main.py\n```python\nprint('漢字 😀')\n```\n"


def named(file: Path) -> argparse.Namespace:
    return argparse.Namespace(file=file)


def empty_home(settings: Settings, path: Path) -> Settings:
    """The settings of another state folder, with a secret of its own."""
    return settings.model_copy(update={"home": path, "secret": None}).prepare()


async def test_everything_that_was_written_comes_back_while_the_server_goes_on(
    studio: Studio, settings: Settings, engine: ScriptedEngine, ada: StudioUser, tmp_path: Path
) -> None:
    engine.play(text_script(ANSWER))
    project = await ada.create_project("Slow Club")
    written = [await ada.finished_run(project) for _ in range(3)]
    token = (await studio.accounts.login("ada", "correct horse", "x")).token
    file = tmp_path / "backup.zip"
    with StateLock(settings.home):  # as a server has it
        await backup(settings, named(file))
    target = empty_home(settings, tmp_path / "other")
    await restore(target, named(file))
    target = target.model_copy(update={"secret": None}).prepare()
    restored = await Studio(target, studio.engines, skip_review).open()
    user = (await restored.accounts.sessions.identify(token)).user  # by the sign-in of before
    runs = await restored.runs.list_runs(user.id, project.id)
    texts = [(await restored.runs.open_log(user.id, run.id)).text for run in runs]
    assert [hash_of(text) for text in texts] == [hash_of(log.text) for log in reversed(written)]
    await restored.database.close()


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


async def test_nothing_is_written_over(settings: Settings, studio: Studio, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    await backup(settings, named(file))
    before = file.read_bytes()
    with pytest.raises(ConfigurationError, match="there already"):
        await backup(settings, named(file))
    with pytest.raises(DatabaseUnavailable, match="empty"):
        await restore(settings, named(file))
    assert file.read_bytes() == before
    assert await studio.accounts.any_users() is False
    assert names_in(tmp_path) == ["backup.zip", "home"]


@pytest.mark.parametrize("content", [None, b"", b"no zip at all", b"PK\x05\x06" + b"\0" * 18])
async def test_what_is_no_backup_is_told(settings: Settings, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "backup.zip"
    if content is not None:
        file.write_bytes(content)
    target = empty_home(settings, tmp_path / "other")
    with pytest.raises((ConfigurationError, DatabaseUnavailable)):
        await restore(target, named(file))
    await Studio(target).migrate()  # it is still empty


@pytest.mark.parametrize("secret", [None, b"spoilt"])
async def test_a_backup_whose_secret_cannot_be_read_leaves_nothing_behind(
    settings: Settings, studio: Studio, tmp_path: Path, secret: bytes | None
) -> None:
    assert studio
    file, damaged = tmp_path / "backup.zip", tmp_path / "damaged.zip"
    await backup(settings, named(file))
    with ZipFile(file) as whole, ZipFile(damaged, "w") as archive:
        for name in whole.namelist():
            if name != SECRET_MEMBER:
                archive.writestr(name, whole.read(name))
        if secret:
            archive.writestr(SECRET_MEMBER, secret)
    if secret:  # it does not match its checksum any more
        damaged.write_bytes(damaged.read_bytes().replace(secret, secret.upper()))
    target = empty_home(settings, tmp_path / "other")
    with pytest.raises(ConfigurationError, match="is damaged"):
        await restore(target, named(damaged))
    await restore(target, named(file))


async def test_a_link_that_lies_in_the_way_is_not_followed(settings: Settings, studio: Studio, tmp_path: Path) -> None:
    assert studio
    precious, link = tmp_path / "precious", tmp_path / ".backup.zip.part"
    precious.write_text("mine")
    link.symlink_to(precious)
    await backup(settings, named(tmp_path / "backup.zip"))
    assert precious.read_text() == "mine"
    assert names_in(tmp_path) == [".backup.zip.part", "backup.zip", "home", "precious"]
    assert stat.S_IMODE((tmp_path / "backup.zip").stat().st_mode) == 0o600  # it holds the secret


@pytest.mark.parametrize("has_links", [True, False])
async def test_what_is_made_meanwhile_under_its_name_stays(
    settings: Settings, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_links: bool
) -> None:
    assert studio
    file = tmp_path / "backup.zip"
    dump = archives.dump

    def dump_slowly(connection: Connection, archive: ZipFile, version: str) -> dict[str, int]:
        file.write_text("another")
        return dump(connection, archive, version)

    def refuse_links(_link: Path, _target: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    if not has_links:  # as on exFAT
        monkeypatch.setattr(Path, "hardlink_to", refuse_links)
    with monkeypatch.context() as patched:
        patched.setattr(archives, "dump", dump_slowly)
        with pytest.raises(ConfigurationError, match="there already"):
            await backup(settings, named(file))
    assert (file.read_text(), names_in(tmp_path)) == ("another", ["backup.zip", "home"])
    file.unlink()
    await backup(settings, named(file))
    assert names_in(tmp_path) == ["backup.zip", "home"]
    await restore(empty_home(settings, tmp_path / "other"), named(file))


async def test_a_folder_that_cannot_be_written_is_told(settings: Settings, studio: Studio, tmp_path: Path) -> None:
    assert studio
    with pytest.raises(ConfigurationError, match="none"):
        await backup(settings, named(tmp_path / "none" / "backup.zip"))
