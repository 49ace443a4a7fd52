"""A zip that somebody sent, unpacked in memory. Nothing that it says of itself is believed."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence

from core.errors import Invalid
from core.uploads.collector import LARGEST_FILE, MEGABYTE, Crate

MOST_ENTRIES = 20_000
MOST_RATIO = 100
"""How much larger than the zip its files may be; source code stays below a tenth of that."""
SMALL = 10 * MEGABYTE
"""What any zip may unpack to, whatever its ratio."""

_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 0x1
_UTF8 = 0x800
_READABLE = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, ValueError, RuntimeError)
"""What zipfile raises over a zip that is spoilt, by accident or on purpose."""


def unzip(content: bytes, crate: Crate) -> None:
    """Take what is in a zip. Raises Invalid where it cannot be read, or unpacks to far too much."""
    try:
        if content.count(_ENTRY) > MOST_ENTRIES:  # before a list of them is made
            raise Invalid.of("file", f"The zip has more than {MOST_ENTRIES:,} entries: send only the code.")
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.filename.endswith(("/", "\\"))]
            _refuse_bomb(entries, len(content))
            for entry, path in _placed(entries, crate):
                if crate.has_room(path, entry.file_size):
                    _take(archive, entry, path, crate)
    except _BROKEN as error:
        raise Invalid.of("file", "This is no zip that can be read: pack it anew.") from error


def _refuse_bomb(entries: Sequence[zipfile.ZipInfo], size: int) -> None:
    declared = sum(entry.file_size for entry in entries)
    if declared > max(MOST_RATIO * size, SMALL):
        raise Invalid.of("file", f"The zip says that it unpacks to {declared / MEGABYTE:,.0f} MB: that is no code.")


def _placed(entries: Sequence[zipfile.ZipInfo], crate: Crate) -> Iterator[tuple[zipfile.ZipInfo, str]]:
    """The entries that can be read and are wanted, with their paths, without a folder that is around everything."""
    wanted = [(entry, path) for entry in entries if (path := crate.path_of(_name(entry)))]
    tops = {path.partition("/")[0] if "/" in path else "" for _, path in wanted}
    around = f"{tops.pop()}/" if len(tops) == 1 and "" not in tops else ""
    for entry, path in wanted:
        if reason := _unreadable(entry):
            crate.skip(path, reason)
        else:
            yield entry, path.removeprefix(around)


def _unreadable(entry: zipfile.ZipInfo) -> str | None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "A link is not followed."
    if kind not in (0, stat.S_IFREG):
        return "This is no ordinary file."
    if entry.flag_bits & _ENCRYPTED:
        return "It is encrypted: pack it without a password."
    if entry.compress_type not in _READABLE:
        return "It is packed in a way that is not read here: use the ordinary one (deflate)."
    return None


def _take(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: str, crate: Crate) -> None:
    try:
        # Not ``read`` without a number: it would unpack whatever there is, whatever size was declared.
        with archive.open(entry) as packed:
            content = packed.read(LARGEST_FILE + 1)
    except _BROKEN:
        crate.count(LARGEST_FILE)
        crate.skip(path, "It is damaged in the zip, or another size than the zip says.")
        return
    crate.count(len(content))
    crate.take(path, content)


def _name(entry: zipfile.ZipInfo) -> str:
    """Its name; where the zip does not say that it is UTF-8, macOS and others mean it all the same."""
    if entry.flag_bits & _UTF8:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename
