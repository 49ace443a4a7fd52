"""Projects over HTTP, in the shapes of the contract."""

from core.catalog.stacks import STACKS
from tests.support.engines.scripted_engine import Gate, text_script
from tests.support.installation import ApiUser, Installation

FIELDS = {
    "id", "name", "prompt", "backend_stack", "frontend_stack", "backend_code", "frontend_code",
    "backend_run_id", "frontend_run_id", "created_at", "updated_at",
}  # fmt: skip


async def test_a_project_has_the_fields_of_the_contract(ada: ApiUser) -> None:
    body = {"name": "Todo", "prompt": "A todo list.", "backend_stack": "express", "frontend_stack": None}
    made = await ada.post("/api/projects", body)
    assert made.status_code == 201
    project = made.json()
    assert project.keys() == FIELDS
    assert (project["backend_stack"], project["frontend_stack"], project["backend_code"]) == ("express", "html", None)
    read = await ada.get(f"/api/projects/{project['id']}")
    assert (read.status_code, read.json()) == (200, project)


async def test_code_is_the_text_of_the_current_version(installation: Installation, ada: ApiUser) -> None:
    installation.engine.play(text_script("the text"))
    project_id = await ada.create_project()
    run_id = await ada.start_run(project_id, "frontend")
    await ada.read_events(f"/api/runs/{run_id}/stream")
    project = (await ada.get(f"/api/projects/{project_id}")).json()
    assert (project["frontend_code"], project["frontend_run_id"]) == ("the text", run_id)
    assert (project["backend_code"], project["backend_run_id"]) == (None, None)


async def test_a_change_answers_with_the_project(ada: ApiUser) -> None:
    project_id = await ada.create_project()
    answer = await ada.request("PATCH", f"/api/projects/{project_id}", {"name": "New", "prompt": None})
    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["prompt"]) == ("New", "A todo list.")


async def test_a_deleted_project_is_gone_even_while_it_is_written(installation: Installation, ada: ApiUser) -> None:
    installation.engine.play((Gate(), *text_script("x")))
    project_id = await ada.create_project()
    run_id = await ada.start_run(project_id)
    answer = await ada.request("DELETE", f"/api/projects/{project_id}")
    assert (answer.status_code, answer.content) == (204, b"")
    for path in (f"/api/projects/{project_id}", f"/api/runs/{run_id}"):
        assert (await ada.get(path)).status_code == 404


async def test_projects_are_listed_newest_first_and_searched(ada: ApiUser) -> None:
    ids = [await ada.create_project(name) for name in ("alpha", "beta", "gamma")]
    assert [project["id"] for project in (await ada.get("/api/projects")).json()] == ids[::-1]
    assert [p["id"] for p in (await ada.get("/api/projects?limit=1&offset=1")).json()] == [ids[1]]
    assert [p["id"] for p in (await ada.get("/api/projects?q=BETA")).json()] == [ids[1]]


async def test_every_stack_can_be_chosen(installation: Installation) -> None:
    listed = (await installation.client.get("/api/stacks")).json()
    assert [stack["id"] for stack in listed] == [stack.id for stack in STACKS]
    assert {"id", "side", "label", "language", "framework"} <= listed[0].keys()
