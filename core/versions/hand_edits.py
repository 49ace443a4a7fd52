"""A person changes files of a version by hand: the result is a version of its own, with all of its files stored."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from core.engines.protocol import EngineName
from core.errors import Conflict, InvalidInput, NotFound, TooLarge
from core.files.languages import language_of
from core.files.paths import UniquePaths, safe_path
from core.files.source_file import SourceFile
from core.files.text_encoding import EncodedText
from core.generation.runs import Runs
from core.generation.stored_version import StoredVersion, add_version, to_markdown
from core.projects.access import ProjectAccess
from core.projects.projects import check_name
from core.runs.log_registry import LogRegistry
from core.runs.state import RunInfo, RunKind, RunStatus, new_run_id
from core.runs.version_files import VersionFiles
from core.text import check_storable, pluralize
from core.workers.pools import REQUEST_WORKERS
from data.database import Database

MAX_FILES = 1_000
"""Of a version that was changed by hand."""
MAX_FILE_LENGTH = 1_000_000
"""Characters of one file."""
MAX_NAMED_PATHS = 3
"""Of the files that were changed, how many the version's description names."""

FileChanges = Mapping[str, str | None]
"""The new text of each file by its path; None removes the file."""


@dataclass(frozen=True, slots=True)
class _EditedFiles:
    files: tuple[SourceFile, ...]
    text: str


class HandEdits:
    """Makes versions of what people change."""

    def __init__(
        self,
        database: Database,
        *,
        access: ProjectAccess,
        log_registry: LogRegistry,
        version_files: VersionFiles,
        runs: Runs,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._access = access
        self._log_registry = log_registry
        self._version_files = version_files
        self._runs = runs
        self._clock = clock

    async def add(self, user_id: int, run_id: str, changes: FileChanges, name: str | None = None) -> RunInfo:
        """A new current version with the files of this one, these changed, added or removed.

        Raises NotFound, also for a file that is to be removed and is not there; Conflict where the side is being
        written, a path collides with another, or nothing changes; InvalidInput for a path that cannot be; TooLarge.
        """
        new_name = check_name(name, "A version") if name and name.strip() else None
        log = await self._log_registry.open(user_id, run_id)
        base = log.state
        if live_run := self._runs.live_run(base.project_id, base.side):
            raise Conflict(_busy_message(base), run_id=live_run.id)
        files = await self._version_files.files_of(log)
        # In a worker: the files may be many, and their paths are a person's.
        edited = await REQUEST_WORKERS.run(_apply, files, dict(changes), caller=user_id)
        run = replace(_edited_run(base, changes, edited.text, self._clock()), name=new_name)
        version = StoredVersion(run, edited.text, edited.files)
        await add_version(
            self._database,
            version,
            get_project=self._access.get,
            log_registry=self._log_registry,
            runs=self._runs,
            busy_message=_busy_message(base),
        )
        return run


def _edited_run(base: RunInfo, changes: FileChanges, text: str, now: datetime) -> RunInfo:
    return RunInfo(
        id=new_run_id(),
        project_id=base.project_id,
        user_id=base.user_id,
        side=base.side,
        stack=base.stack,
        engine=EngineName.NONE,
        model="",
        kind=RunKind.EDIT,
        status=RunStatus.COMPLETE,
        created_at=now,
        prompt=base.prompt,
        parent_id=base.id,
        context_id=base.context_id,
        instructions=f"edited {_describe_paths(list(changes))}",
        characters=len(text),
        finish_reason="edited",
        started_at=now,
        finished_at=now,
    )


def _apply(files: Sequence[SourceFile], changes: FileChanges) -> _EditedFiles:
    """The files after the changes, with the text that shows them. Raises NotFound, Conflict, InvalidInput, TooLarge."""
    by_path = {file.path: file for file in files}
    before = dict(by_path)
    for raw_path, text in changes.items():
        path = raw_path if raw_path in by_path else _checked_path(raw_path)
        if text is not None:
            by_path[path] = _changed_file(by_path, path, text)
        elif by_path.pop(path, None) is None:
            raise NotFound(f"There is no file {path} to remove.")
    if by_path == before:
        raise Conflict("Nothing is different: change, add or remove a file.")
    if not by_path:
        raise Conflict("A version needs a file: keep at least one.")
    if len(by_path) > MAX_FILES:
        raise TooLarge(f"This would be {len(by_path):,} files: a version may have {MAX_FILES:,}.")
    edited = tuple(by_path.values())
    return _EditedFiles(edited, to_markdown(edited))


def _checked_path(raw_path: str) -> str:
    try:
        return safe_path(raw_path)
    except InvalidInput as error:
        raise InvalidInput.for_field("files", error.message) from None


def _changed_file(by_path: Mapping[str, SourceFile], path: str, text: str) -> SourceFile:
    if len(text) > MAX_FILE_LENGTH:
        raise TooLarge(f"{path} has {len(text):,} characters: a file may have {MAX_FILE_LENGTH:,}.")
    check_storable("files", text)
    original = EncodedText(text.encode())
    if path not in by_path:
        _check_free(by_path, path)
    elif by_path[path].text == original.text:
        return by_path[path]
    return SourceFile(path, language_of(path), original.text, original=original)


def _check_free(by_path: Mapping[str, SourceFile], path: str) -> None:
    paths = UniquePaths()
    for taken in by_path:
        paths.claim(taken)
    # Two names that some system takes for one would lose a file there.
    if paths.claim_unused(path) != path:
        raise Conflict(f"{path} would collide with another file: choose another name.")


def _describe_paths(paths: Sequence[str]) -> str:
    if len(paths) > MAX_NAMED_PATHS:
        return pluralize(len(paths), "file")
    return ", ".join("".join(char for char in path if char.isprintable())[:100] for path in paths)


def _busy_message(base: RunInfo) -> str:
    return f"The {base.side} is being written: wait until it has ended, or stop it, then save."
