"""What a person brings along, a zip or single files, as the text files in it that a model can go on from."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.catalog.stacks import Stack
from core.errors import TooLarge
from core.files.source_file import SourceFile, split
from core.prompts.messages import fenced
from core.uploads.collector import MEGABYTE, Crate, Skipped, Upload
from core.uploads.zip_reader import unzip

LARGEST_UPLOAD = 10 * MEGABYTE

LOST = "Its text cannot be told from the text around it: give it a plain name, and take lines like `### FILE:` out."


@dataclass(frozen=True, slots=True)
class Sent:
    """What came under a name: a zip, or a file as it is."""

    name: str
    content: bytes


def unpacked(sent: Sequence[Sent]) -> Upload:
    """The text files in what was sent. Raises TooLarge, and Invalid for a spoilt zip or where there is none."""
    if (size := sum(len(one.content) for one in sent)) > LARGEST_UPLOAD:
        raise TooLarge(f"The upload has {size / MEGABYTE:.1f} MB: send at most {LARGEST_UPLOAD // MEGABYTE} MB.")
    crate = Crate()
    for one in sent:
        if _is_zip(one):
            unzip(one.content, crate)
        elif (path := crate.path_of(one.name)) and crate.has_room(path, len(one.content)):
            crate.take(path, one.content)
    return crate.upload()


def written(files: Sequence[SourceFile], stack: Stack) -> tuple[str, list[SourceFile], list[Skipped]]:
    """The files as the text of a run, those that the text gives back exactly, and those that it does not."""
    kept = [file for file in files if split(_fenced(file), stack) == [file]]
    text = "\n\n".join(map(_fenced, kept)) + "\n"
    if kept and split(text, stack) != kept:
        raise AssertionError("files that survive alone survive side by side")
    return text, kept, [Skipped(file.path, LOST) for file in files if file not in kept]


def _fenced(file: SourceFile) -> str:
    return fenced(file.path, file.language, file.text)


def _is_zip(sent: Sent) -> bool:
    name = sent.name.rpartition("/")[2]
    return name.lower().endswith(".zip") or ("." not in name and sent.content.startswith(b"PK\x03\x04"))
