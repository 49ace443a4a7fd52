"""What a run is told: as many files as its model's window has room for, and the rest by name."""

from core.catalog.stacks import Side
from core.engines.protocol import Finished
from core.engines.token_estimate import estimated_tokens
from core.generation.run_request import TEMPERATURE
from core.generation.runs import Order
from tests.support.engines.scripted_engine import ScriptedEngine, says
from tests.support.users.studio_user import Author, ended

ROUTE = '### FILE: main.py\n```python\n@app.get("/notes")\ndef notes(): ...\n```\n'


def file(path: str, lines: int) -> str:
    return (
        f"### FILE: {path}\n```python\n# {path}\n{'y = 2' + chr(10)}"
        + "".join(f"z{n} = {n}\n" for n in range(lines))
        + "```\n"
    )


async def refined(ada: Author, engine: ScriptedEngine, text: str, wish: str) -> str:
    """What the model is told when this version is refined; the run's warning after it."""
    engine.play(says(text))
    first = await ada.written(await ada.project())
    run = await ada.studio.versions.refine(ada.id, first.state.id, wish)
    await ended(await ada.log(run))
    return f"{engine.requests[1].messages[-1].content}\n{run.warning}"


async def test_where_there_is_room_every_file_is_shown(engine: ScriptedEngine, ada: Author) -> None:
    engine.room = 32768
    told = await refined(ada, engine, file("a.py", 10) + file("b.py", 10), "more")
    assert "# a.py" in told
    assert "# b.py" in told
    assert told.endswith("None")


async def test_what_does_not_fit_is_named_to_the_model_and_to_the_person(engine: ScriptedEngine, ada: Author) -> None:
    engine.room = 8192
    told = await refined(ada, engine, file("a.py", 10) + file("long.py", 3000) + file("b.py", 10), "more")
    assert "# long.py" not in told
    assert "# b.py" in told
    assert "which stay as they are: long.py." in told
    assert told.endswith("it was not shown long.py.")
    assert estimated_tokens(engine.requests[1].messages) <= 4096


async def test_what_the_person_speaks_of_comes_first(engine: ScriptedEngine, ada: Author) -> None:
    engine.room = 8192
    text = file("a.py", 250) + file("b.py", 250) + file("c.py", 250)
    told = await refined(ada, engine, text, "make c.py shorter")
    assert "# c.py" in told
    assert "# b.py" not in told


async def test_a_front_end_is_told_what_the_back_end_offers(engine: ScriptedEngine, ada: Author) -> None:
    engine.play(says(ROUTE), says("one"), says("two"))
    project = await ada.project()
    back = await ada.written(project)
    front = await ada.written(project, Side.FRONTEND)
    await ada.written(project, Side.FRONTEND, Order(context=False))
    _, told, untold = (request.messages[-1].content for request in engine.requests)
    assert '@app.get("/notes")' in told
    assert "http://127.0.0.1:8000" in told
    assert "@app.get" not in untold
    assert front.state.context_id == back.state.id


async def test_a_front_end_that_is_continued_is_told_the_same_again(engine: ScriptedEngine, ada: Author) -> None:
    engine.play(says(ROUTE), says("one", end=Finished("length")), says("ROUTES ARE GONE"), says("two"))
    project = await ada.project()
    await ada.written(project)
    front = await ada.written(project, Side.FRONTEND)
    await ada.written(project)
    await ended(await ada.log(await ada.studio.versions.go_on(ada.id, front.state.id)))
    assert engine.requests[3].messages[:-1] == engine.requests[1].messages


async def test_a_cool_head_unless_one_is_chosen(engine: ScriptedEngine, ada: Author) -> None:
    project = await ada.project()
    await ada.written(project)
    assert engine.requests[0].sampling.temperature == TEMPERATURE
