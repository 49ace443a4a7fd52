"""``main.py backup`` and ``restore``: the database and the secret of an installation as one file.

Models and what running apps needs are not in it: they can be fetched again.
"""

import argparse
import os
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

import core
from core.command_line.output import print_status
from core.errors import ConfigurationError, DatabaseUnavailable
from core.settings import Settings
from core.state_folder import StateLock
from core.text import pluralize
from data import backup as archives
from data.database import Connection, Database

SECRET_MEMBER = "secret"  # noqa: S105 - the name of the file
COUNTED_TABLES = (("users", "account"), ("projects", "project"), ("runs", "version"))


async def backup(settings: Settings, options: argparse.Namespace) -> None:
    """Write everything into one file, also while a server writes into the database. Raises ConfigurationError."""
    target: Path = options.file
    database = Database(settings.sqlalchemy_url, DatabaseUnavailable)
    try:
        with _new_archive(target) as archive:
            counts = await database.read(partial(archives.dump, archive=archive, version=core.__version__))
            archive.writestr(SECRET_MEMBER, settings.secret or "")
    except FileExistsError:
        raise ConfigurationError(f"{target} is there already: name a file that is not.") from None
    except OSError as error:
        raise ConfigurationError(f"Cannot write {target} ({error.strerror}): choose another place.") from error
    finally:
        await database.close()
    print_status(f"Wrote {target}: {_describe(counts)}. It holds the secret that signs tokens: keep it to yourself.")


async def restore(settings: Settings, options: argparse.Namespace) -> None:
    """Bring a backup into an empty state folder or database. Raises ConfigurationError, DatabaseUnavailable."""
    source: Path = options.file
    with StateLock(settings.home), _open_archive(source) as archive:
        database = Database(settings.sqlalchemy_url, DatabaseUnavailable)
        try:
            counts, secret = await database.write(partial(_restore, archive=archive))
        finally:
            await database.close()
        _write_secret(settings.home / "secret", secret)
    print_status(f"Restored {_describe(counts)}.")


@contextmanager
def _new_archive(target: Path) -> Iterator[ZipFile]:
    """An archive that has its name once it is whole, for nobody else to read. Raises FileExistsError."""
    if os.path.lexists(target):
        raise FileExistsError
    # A new file of a random name: one that somebody has laid there, or a link, is never written into.
    descriptor, name = tempfile.mkstemp(prefix=".backup-", suffix=".part", dir=target.parent)
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file, ZipFile(file, "w", ZIP_DEFLATED) as archive:
            yield archive
        _give_name(part, target)
    finally:
        part.unlink(missing_ok=True)


def _give_name(part: Path, target: Path) -> None:
    """Put a file in place, never in that of another that was made meanwhile. Raises FileExistsError."""
    try:
        target.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError:  # as on exFAT, which has no links: the name is taken first
        target.touch(mode=0o600, exist_ok=False)
        part.replace(target)


def _open_archive(path: Path) -> ZipFile:
    try:
        return ZipFile(path)
    except BadZipFile:
        raise ConfigurationError(f"{path} is no backup of Livewright, or is damaged.") from None
    except OSError as error:
        raise ConfigurationError(f"Cannot open {path} ({error.strerror}): is the name right?") from error


def _restore(connection: Connection, archive: ZipFile) -> tuple[dict[str, int], bytes]:
    """How many rows each table has, and the secret. Read in the transaction: without it, no row comes back."""
    counts = archives.restore(connection, archive)
    try:
        return counts, archive.read(SECRET_MEMBER)
    except (BadZipFile, zlib.error, EOFError, KeyError, RuntimeError) as error:
        raise ConfigurationError(archives.DAMAGED) from error


def _write_secret(path: Path, content: bytes) -> None:
    """Put the secret in place, so that sign-ins and links go on to work."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _describe(counts: dict[str, int]) -> str:
    return ", ".join(pluralize(counts.get(table, 0), word) for table, word in COUNTED_TABLES)
