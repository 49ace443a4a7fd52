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


APP = "def a():\n    return 1\n\n\ndef b():\n    return 2\n"
SEARCH = "<<<<<<< SEARCH\n    return 1\n=======\n    return 10\n>>>>>>> REPLACE\n"
EDITS = {
    "marker": f"### FILE: app.py\n```python\n{SEARCH}```\n",
    "path before": f"app.py\n```\n{SEARCH}```\n",
    "path in the fence": f"```\napp.py\n{SEARCH}```\n",
    "no fence": f"Change it:\n\napp.py\n{SEARCH}\nDone.\n",
    "diff": "```diff\n--- a/app.py\n+++ b/app.py\n@@ -1,2 +1,2 @@\n def a():\n-    return 1\n+    return 10\n```\n",
    "git diff": "```diff\ndiff --git a/app.py b/app.py\nindex 1..2 100644\n--- a/app.py\n+++ b/app.py\n"
    "@@ -1,2 +1,2 @@\n def a():\n-    return 1\n+    return 10\n```\n",
}


async def refined(engine: ScriptedEngine, ada: StudioUser, answer: str) -> Log:
    engine.play(text_script(f"### FILE: app.py\n```python\n{APP}```\n"))
    project = await ada.create_project()
    first = await ada.finished_run(project)
    engine.play(text_script(answer))
    return await wait_for_end(await ada.log(await ada.studio.versions.refine(ada.id, first.state.id, "Change it.")))


@pytest.mark.parametrize("answer", EDITS.values(), ids=EDITS.keys())
async def test_changes_are_made_in_the_version_that_they_change(
    engine: ScriptedEngine, ada: StudioUser, answer: str
) -> None:
    log = await refined(engine, ada, answer)
    content = await ada.studio.versions._version_files.content_of(log)
    assert [(file.path, file.text) for file in content.files] == [("app.py", APP.replace("return 1\n", "return 10\n"))]
    assert (content.unassigned, content.refusals) == ((), ())


async def test_changes_that_do_not_fit_are_told_and_are_no_file(engine: ScriptedEngine, ada: StudioUser) -> None:
    log = await refined(engine, ada, EDITS["marker"].replace("return 1\n", "return 7\n"))
    files = await ada.studio.versions.reviewed_files_of(log)
    assert [file.source.text for file in files] == [APP]
    assert log.state.warning == "1 change of `app.py` left out: its lines are not there."


async def test_an_answer_that_changes_what_is_not_there_has_no_file(engine: ScriptedEngine, ada: StudioUser) -> None:
    log = await refined(engine, ada, EDITS["diff"].replace("app.py", "other.py"))
    content = await ada.studio.versions._version_files.content_of(log)
    assert [file.path for file in content.files] == ["app.py"]
    assert content.refusals == ("`other.py` is not there to be changed.",)
