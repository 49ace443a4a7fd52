"""All that an account has made, in one zip."""

import io
import json
import zipfile

from core.studio import Studio
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
