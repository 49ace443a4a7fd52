"""What a run is told: as many files as its model's window has room for, and the rest by name."""

from core.catalog.stacks import Side
from core.engines.protocol import StreamEnd
from core.engines.token_estimate import estimate_prompt_tokens
from core.generation.run_request import RunRequest
from tests.support.engines.scripted_engine import ScriptedEngine, text_script
from tests.support.users.studio_user import StudioUser, wait_for_end

ROUTE = '### FILE: main.py\n```python\n@app.get("/notes")\ndef notes(): ...\n```\n'


def file(path: str, lines: int) -> str:
    return (
        f"### FILE: {path}\n```python\n# {path}\n{'y = 2' + chr(10)}"
        + "".join(f"z{n} = {n}\n" for n in range(lines))
        + "```\n"
    )


async def refined(ada: StudioUser, engine: ScriptedEngine, text: str, wish: str) -> str:
    """What the model is told when this version is refined; the run's warning after it."""
    engine.play(text_script(text))
    first = await ada.finished_run(await ada.create_project())
    run = await ada.studio.versions.refine(ada.id, first.state.id, wish)
    await wait_for_end(await ada.log(run))
    return f"{engine.requests[1].messages[-1].content}\n{run.warning}"


async def test_where_there_is_room_every_file_is_shown(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.window_tokens = 32768
    prompt = await refined(ada, engine, file("a.py", 10) + file("b.py", 10), "more")
    assert "# a.py" in prompt
    assert "# b.py" in prompt
    assert prompt.endswith("None")


async def test_what_does_not_fit_is_named_to_the_model_and_to_the_person(
    engine: ScriptedEngine, ada: StudioUser
) -> None:
    engine.window_tokens = 8192
    prompt = await refined(ada, engine, file("a.py", 10) + file("long.py", 3000) + file("b.py", 10), "more")
    assert "# long.py" not in prompt
    assert "# b.py" in prompt
    assert "which stay as they are: long.py." in prompt
    assert prompt.endswith("it was not shown long.py.")
    assert estimate_prompt_tokens(engine.requests[1].messages) <= 4096


async def test_what_the_person_speaks_of_comes_first(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.window_tokens = 8192
    text = file("a.py", 250) + file("b.py", 250) + file("c.py", 250)
    prompt = await refined(ada, engine, text, "make c.py shorter")
    assert "# c.py" in prompt
    assert "# b.py" not in prompt


async def test_a_front_end_is_told_what_the_back_end_offers(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script(ROUTE), text_script("one"), text_script("two"))
    project = await ada.create_project()
    back = await ada.finished_run(project)
    front = await ada.finished_run(project, Side.FRONTEND)
    await ada.finished_run(project, Side.FRONTEND, RunRequest(include_context=False))
    _, prompt, prompt_without_api = (request.messages[-1].content for request in engine.requests)
    assert '@app.get("/notes")' in prompt
    assert "http://127.0.0.1:8000" in prompt
    assert "@app.get" not in prompt_without_api
    assert front.state.context_id == back.state.id


async def test_a_front_end_that_is_continued_is_told_the_same_again(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(
        text_script(ROUTE),
        text_script("one", finish=StreamEnd("length")),
        text_script("ROUTES ARE GONE"),
        text_script("two"),
    )
    project = await ada.create_project()
    await ada.finished_run(project)
    front = await ada.finished_run(project, Side.FRONTEND)
    await ada.finished_run(project)
    await wait_for_end(await ada.log(await ada.studio.versions.continue_run(ada.id, front.state.id)))
    assert engine.requests[3].messages[:-1] == engine.requests[1].messages
