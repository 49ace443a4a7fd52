"""The files of a version: an upload's as they are stored, a model's as they stand in its text."""

from functools import partial

import pytest
from sqlalchemy import Connection, delete, func, select, update

from core.catalog.stacks import Side
from core.files.text_encoding import EncodedText
from core.runs.log_registry import Log
from core.uploads.unpack import UploadedFile
from data import queries
from data.models import OriginalFile, Run
from data.rows import OriginalFileRow
from tests.support.database_rows import execute_all, fetch_scalar
from tests.support.engines.scripted_engine import ScriptedEngine, text_script
from tests.support.source_files import source_file
from tests.support.users.studio_user import StudioUser, wait_for_end

MARKER = b"### FILE: b.py\r\n"


async def uploaded_log(ada: StudioUser, **files: bytes) -> Log:
    project = await ada.create_project()
    sent = [UploadedFile(name.replace("_", "."), content) for name, content in files.items()]
    return await ada.log((await ada.studio.uploads.add(ada.id, project.id, Side.BACKEND, sent)).run)


async def reopened(ada: StudioUser, log: Log) -> Log:
    """The same run by a log that knows nothing yet."""
    ada.studio.versions._log_registry.remove(log.state.id)
    return await ada.log(log.state)


async def originals(ada: StudioUser, log: Log) -> dict[str, EncodedText | None]:
    return {file.path: file.original for file in await ada.studio.versions._version_files.files_of(log)}


async def test_an_uploads_files_are_not_read_from_its_text(ada: StudioUser) -> None:
    log = await uploaded_log(ada, z_md=MARKER, a_py=b"a")
    await execute_all(ada.studio.database, update(Run).values(text="nothing"))
    log = await reopened(ada, log)
    files = await ada.studio.versions._version_files.files_of(log)
    assert files == [source_file("z.md", "### FILE: b.py\n"), source_file("a.py", "a\n")]
    assert await originals(ada, log) == {"z.md": EncodedText(MARKER), "a.py": EncodedText(b"a")}


async def test_an_upload_from_before_its_files_were_stored_is_read_from_its_text(ada: StudioUser) -> None:
    log = await uploaded_log(ada, a_py=b"a\r\n", b_py=b"b\n")
    await execute_all(ada.studio.database, delete(OriginalFile))
    log = await reopened(ada, log)
    files = await ada.studio.versions._version_files.files_of(log)
    assert files == [source_file("a.py", "a\n"), source_file("b.py", "b\n")]
    assert await originals(ada, log) == {"a.py": None, "b.py": None}


async def test_they_are_loaded_once_for_a_log(ada: StudioUser, monkeypatch: pytest.MonkeyPatch) -> None:
    log = await uploaded_log(ada, a_py=b"a")
    loaded: list[str] = []
    load = queries.load_original_files

    def count(connection: Connection, run_id: str) -> list[OriginalFileRow]:
        loaded.append(run_id)
        return load(connection, run_id)

    await ada.studio.versions.reviewed_files_of(log)  # else the review of the upload may load them later
    await originals(ada, log)
    monkeypatch.setattr(queries, "load_original_files", count)
    for _ in range(3):
        await originals(ada, log)
    assert loaded == []
    await originals(ada, await reopened(ada, log))
    assert loaded == [log.state.id]


async def test_a_file_that_a_model_changed_is_the_models(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script("### FILE: a.py\n```python\na = 2\n```\n\n### FILE: b.py\n```python\nb\n```\n"))
    log = await uploaded_log(ada, a_py=b"a = 1\r\n", b_py=b"b\r\n", c_py=b"c")
    refined = await wait_for_end(await ada.log(await ada.studio.versions.refine(ada.id, log.state.id, "two")))
    kept = {"b.py": EncodedText(b"b\r\n"), "c.py": EncodedText(b"c")}
    assert await originals(ada, refined) == {"a.py": None, **kept}
    files = await ada.studio.versions._version_files.files_of(refined)
    assert [file.text for file in files] == ["a = 2\n", "b\n", "c\n"]


async def test_a_cut_file_does_not_replace_an_uploaded_one(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script("### FILE: a.py\n```python\na = "))
    log = await uploaded_log(ada, a_py=b"a = 1\r\n")
    refined = await wait_for_end(await ada.log(await ada.studio.versions.refine(ada.id, log.state.id, "two")))
    assert await originals(ada, refined) == {"a.py": EncodedText(b"a = 1\r\n")}


async def test_a_deleted_version_takes_its_files_along(ada: StudioUser) -> None:
    log = await uploaded_log(ada, a_py=b"a")
    [project] = await ada.studio.database.read(lambda c: queries.list_runs(c, ada.id, log.state.project_id))
    newer = [UploadedFile("b.py", b"b")]
    await ada.studio.uploads.add(ada.id, project.project_id, Side.BACKEND, newer)
    await ada.studio.versions.delete(ada.id, log.state.id)
    assert await fetch_scalar(ada.studio.database, select(func.count()).select_from(OriginalFile)) == 1
    load = partial(queries.load_original_files, run_id=log.state.id)
    assert await ada.studio.database.read(load) == []
