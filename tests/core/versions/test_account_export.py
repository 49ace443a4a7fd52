"""All that an account has made, in one zip."""

import io
import json
import zipfile

import pytest

from core.files.source_file import SourceFile
from core.generation.runs import Runs
from core.runs.state import RunInfo
from core.studio import Studio
from core.versions.versions import Versions
from tests.support.engines.scripted_engine import ScriptedEngine, text_script
from tests.support.users.studio_user import StudioUser, register_user

ANSWER = "### FILE: main.py\n```python\nprint()\n```\n"


async def test_every_version_is_in_it_and_nothing_of_others(
    studio: Studio, ada: StudioUser, engine: ScriptedEngine
) -> None:
    engine.play(text_script(ANSWER))
    project = await ada.create_project("Slow Club")
    log = await ada.finished_run(project)
    eve = await register_user(studio, "eve")
    others = await eve.create_project("Secret")
    archive = await studio.account_export.build(ada.user)
    assert archive.name == "livewright-ada.zip"
    with zipfile.ZipFile(io.BytesIO(archive.content)) as content:
        names = content.namelist()
        version = f"project-{project.id}/backend/{log.state.id}"
        assert content.read(f"{version}/text.md").decode() == ANSWER
        assert content.read(f"{version}/files/main.py").decode() == "print()\n"
        assert json.loads(content.read(f"project-{project.id}/project.json"))["name"] == "Slow Club"
        assert json.loads(content.read("account.json"))["username"] == "ada"
    assert not any(name.startswith(f"project-{others.id}/") for name in names)


async def test_what_is_deleted_meanwhile_is_passed_over(
    studio: Studio, ada: StudioUser, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.play(text_script(ANSWER))
    kept, gone = await ada.create_project("Kept"), await ada.create_project("Gone")
    old, gone_log = await ada.finished_run(kept), await ada.finished_run(gone)
    new = await ada.finished_run(kept)
    list_runs, served_files = Runs.list_runs, Versions.served_files

    async def list_and_delete(runs: Runs, user_id: int, project_id: int) -> list[RunInfo]:
        if project_id == gone.id:
            await studio.projects.delete(user_id, project_id)
        return await list_runs(runs, user_id, project_id)

    async def delete_and_serve(versions: Versions, user_id: int, run_id: str) -> list[SourceFile]:
        if run_id == old.state.id:
            await versions.delete(user_id, run_id)
        return await served_files(versions, user_id, run_id)

    monkeypatch.setattr(Runs, "list_runs", list_and_delete)
    monkeypatch.setattr(Versions, "served_files", delete_and_serve)
    archive = await studio.account_export.build(ada.user)
    with zipfile.ZipFile(io.BytesIO(archive.content)) as content:
        names = content.namelist()
    assert [each.state.id for each in (old, new, gone_log) if any(each.state.id in name for name in names)] == [
        new.state.id
    ]
    assert not any(name.startswith(f"project-{gone.id}/") for name in names)
