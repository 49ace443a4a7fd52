"""Unpacks an uploaded zip in memory. The sizes, names and types that a zip declares may all be wrong."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence

from core.errors import InvalidInput
from core.uploads.collector import MAX_UPLOADED_FILE_BYTES, MEGABYTE, UploadCollector

MAX_ZIP_ENTRIES = 20_000
MAX_COMPRESSION_RATIO = 100
"""Declared bytes for each byte of the zip; source code stays below a tenth of that."""
ALWAYS_ALLOWED_BYTES = 10 * MEGABYTE
"""A zip that declares no more than this may have any ratio."""

_ENTRY_SIGNATURE = b"PK\x01\x02"
_ENCRYPTED_FLAG = 0x1
_UTF8_FLAG = 0x800
_SUPPORTED_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, ValueError, RuntimeError)
"""What zipfile raises for a damaged or hostile zip."""


def unzip(content: bytes, collector: UploadCollector) -> None:
    """Hand the files of a zip to ``collector``. Raises InvalidInput where it cannot be read, or unpacks to too much."""
    try:
        if content.count(_ENTRY_SIGNATURE) > MAX_ZIP_ENTRIES:  # zipfile would first list them all
            raise InvalidInput.for_field(
                "file", f"The zip has more than {MAX_ZIP_ENTRIES:,} entries: send only the code."
            )
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.filename.endswith(("/", "\\"))]
            _reject_zip_bomb(entries, len(content))
            for entry, path in _wanted_entries(entries, collector):
                if collector.fits(path, entry.file_size):
                    _extract(archive, entry, path, collector)
    except _ZIP_ERRORS as error:
        raise InvalidInput.for_field("file", "This is no zip that can be read: pack it anew.") from error


def _reject_zip_bomb(entries: Sequence[zipfile.ZipInfo], zip_size: int) -> None:
    # The declared sizes may be wrong: what is really unpacked is counted as well.
    declared_size = sum(entry.file_size for entry in entries)
    if declared_size > max(MAX_COMPRESSION_RATIO * zip_size, ALWAYS_ALLOWED_BYTES):
        raise InvalidInput.for_field(
            "file", f"The zip says that it unpacks to {declared_size / MEGABYTE:,.0f} MB: that is no code."
        )


def _wanted_entries(
    entries: Sequence[zipfile.ZipInfo], collector: UploadCollector
) -> Iterator[tuple[zipfile.ZipInfo, str]]:
    """The wanted and readable entries with their paths; a top folder that all wanted files share is cut off."""
    wanted = [(entry, path) for entry in entries if (path := collector.wanted_path(_entry_name(entry)))]
    top_folders = {path.partition("/")[0] if "/" in path else "" for _, path in wanted}
    common_folder = f"{top_folders.pop()}/" if len(top_folders) == 1 and "" not in top_folders else ""
    if common_folder:
        collector.cut_off(common_folder)
    for entry, path in wanted:
        if reason := _unreadable_reason(entry):
            collector.skip(path, reason)
        else:
            yield entry, path.removeprefix(common_folder)


def _unreadable_reason(entry: zipfile.ZipInfo) -> str | None:
    file_type = stat.S_IFMT(entry.external_attr >> 16)
    if file_type == stat.S_IFLNK:
        return "A link is not followed."
    if file_type not in (0, stat.S_IFREG):
        return "This is no ordinary file."
    if entry.flag_bits & _ENCRYPTED_FLAG:
        return "It is encrypted: pack it without a password."
    if entry.compress_type not in _SUPPORTED_METHODS:
        return "It is packed in a way that is not read here: use the ordinary one (deflate)."
    return None


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: str, collector: UploadCollector) -> None:
    try:
        # A bounded read: ``archive.read`` would unpack everything, whatever size was declared.
        with archive.open(entry) as stream:
            content = stream.read(MAX_UPLOADED_FILE_BYTES + 1)
    except _ZIP_ERRORS:
        # How much was unpacked before it failed is not known: the maximum is counted.
        collector.count_unpacked(MAX_UPLOADED_FILE_BYTES)
        collector.skip(path, "It is damaged in the zip, or another size than the zip says.")
        return
    collector.count_unpacked(len(content))
    collector.add(path, content)


def _entry_name(entry: zipfile.ZipInfo) -> str:
    """The name as UTF-8 where possible: macOS and others write UTF-8 without setting the flag for it."""
    if entry.flag_bits & _UTF8_FLAG:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename
