"""Projects: what they keep, what they refuse, and who sees them."""

import pytest

from core.errors import InvalidInput, NotFound
from core.projects.projects import MAX_NAME_LENGTH, MAX_PROMPT_LENGTH, ProjectOrder, ProjectUpdate
from tests.support.users.studio_user import StudioUser, register_user


async def test_a_project_has_default_stacks_and_no_code(ada: StudioUser) -> None:
    project = await ada.create_project()
    assert (project.backend_stack, project.frontend_stack) == ("fastapi", "html")
    assert (project.backend_code, project.frontend_code, project.backend_run_id) == (None, None, None)
    assert await ada.reloaded(project) == project


async def test_the_requirements_are_kept_as_they_are(ada: StudioUser) -> None:
    prompt = "  A todo list.\r\n\twith 🐈 \n"
    project = await ada.studio.projects.create(ada.id, " My \n  app ", prompt)
    assert (project.name, (await ada.reloaded(project)).prompt) == ("My app", prompt)


@pytest.mark.parametrize(
    ("name", "prompt", "field"),
    [
        ("", "p", "name"),
        (" \t\n", "p", "name"),
        ("x" * (MAX_NAME_LENGTH + 1), "p", "name"),
        ("a\x00", "p", "name"),
        ("a\u202eb", "p", "name"),
        ("n", "", "prompt"),
        ("n", " \u3000\n", "prompt"),
        ("n", "x" * (MAX_PROMPT_LENGTH + 1), "prompt"),
        ("n", "a\x00b", "prompt"),
        ("n", "a\ud800", "prompt"),
        ("a\ud800", "p", "name"),
    ],
)
async def test_a_wrong_name_or_prompt_is_refused(ada: StudioUser, name: str, prompt: str, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        await ada.studio.projects.create(ada.id, name, prompt)
    assert [error.field for error in caught.value.errors] == [field]


async def test_the_longest_name_and_prompt_fit(ada: StudioUser) -> None:
    project = await ada.studio.projects.create(ada.id, "🐈" * MAX_NAME_LENGTH, "🐈" * MAX_PROMPT_LENGTH)
    assert len((await ada.reloaded(project)).prompt) == MAX_PROMPT_LENGTH


async def test_a_change_sets_what_is_given_and_leaves_the_rest(ada: StudioUser) -> None:
    project = await ada.create_project()
    changed = await ada.studio.projects.update(ada.id, project.id, ProjectUpdate(name="New", backend_stack="express"))
    assert (changed.name, changed.backend_stack) == ("New", "express")
    assert (changed.prompt, changed.frontend_stack, changed.created_at) == (project.prompt, "html", project.created_at)
    assert changed.updated_at >= project.updated_at
    for wrong in (ProjectUpdate(prompt=" "), ProjectUpdate(frontend_stack="express")):
        with pytest.raises(InvalidInput):
            await ada.studio.projects.update(ada.id, project.id, wrong)
    assert await ada.reloaded(project) == changed


async def test_projects_are_listed_newest_first_in_pages(ada: StudioUser) -> None:
    made = [await ada.create_project(f"Project {number}") for number in range(5)]
    listed = [found.project.id for found in await ada.studio.projects.search(ada.id)]
    assert listed == [project.id for project in reversed(made)]
    page = await ada.studio.projects.search(ada.id, limit=2, offset=1)
    assert [found.project.id for found in page] == listed[1:3]


@pytest.mark.parametrize(
    ("text", "found"), [("TODO", True), ("list", True), (" todo ", True), ("%", False), ("_", False)]
)
async def test_search_looks_in_names_and_requirements_and_takes_no_wildcards(
    ada: StudioUser, text: str, *, found: bool
) -> None:
    await ada.create_project()
    assert bool(await ada.studio.projects.search(ada.id, text)) is found


async def test_a_list_counts_the_runs(ada: StudioUser) -> None:
    project = await ada.create_project()
    for _ in range(2):
        await ada.finished_run(project)
    [listed] = await ada.studio.projects.search(ada.id, with_code=True)
    assert (listed.run_count, listed.project.backend_code) == (2, "hello")


async def test_a_list_has_the_newest_runs_and_an_order(ada: StudioUser) -> None:
    old, new = [await ada.create_project(name) for name in ("Old", "New")]
    run = (await ada.finished_run(old)).state
    listed = await ada.studio.projects.list_with_runs(ada.id, "", ProjectOrder.CHANGED, 9)
    assert [(each.project.id, each.last_run and each.last_run.id) for each in listed] == [
        (old.id, run.id),
        (new.id, None),
    ]
    by_name = await ada.studio.projects.list_with_runs(ada.id, "todo", ProjectOrder.NAME, 9)
    assert [each.project.name for each in by_name] == ["New", "Old"]


async def test_a_list_has_the_archived_projects_or_the_others_up_to_its_limit(ada: StudioUser) -> None:
    projects = ada.studio.projects
    old, new = [await ada.create_project(name) for name in ("Old", "New")]
    await projects.set_archived(ada.id, new.id, archived=True)
    for archived, project in ((False, old), (True, new)):
        [listed] = await projects.list_with_runs(ada.id, "", ProjectOrder.CREATED, 1, archived=archived)
        assert listed.project.id == project.id
    assert [await projects.count_archived(ada.id, text) for text in ("", "new", "old")] == [1, 1, 0]


async def test_an_archived_project_stays_as_it_was_and_is_still_listed(ada: StudioUser) -> None:
    project = await ada.create_project()
    eve = await register_user(ada.studio, "eve")
    with pytest.raises(NotFound):
        await ada.studio.projects.set_archived(eve.id, project.id, archived=True)
    for archived in (True, False):
        await ada.studio.projects.set_archived(ada.id, project.id, archived=archived)
        [listed] = await ada.studio.projects.search(ada.id)
        assert listed.project.archived is archived
        assert listed.project.updated_at == project.updated_at


async def test_what_is_deleted_is_gone_with_its_runs(ada: StudioUser) -> None:
    project = await ada.create_project()
    run_id = (await ada.finished_run(project)).state.id
    await ada.studio.projects.delete(ada.id, project.id)
    for call in (ada.studio.projects.get, ada.studio.projects.delete, ada.studio.runs.list_runs):
        with pytest.raises(NotFound):
            await call(ada.id, project.id)
    with pytest.raises(NotFound):
        await ada.studio.runs.open_log(ada.id, run_id)


async def test_an_id_is_never_used_twice(ada: StudioUser) -> None:
    project = await ada.create_project()
    await ada.studio.projects.delete(ada.id, project.id)
    assert (await ada.create_project()).id > project.id


async def test_another_users_project_is_not_found(ada: StudioUser) -> None:
    project = await ada.create_project()
    eve = await register_user(ada.studio, "eve")
    for attempt in (
        eve.studio.projects.get(eve.id, project.id),
        eve.studio.projects.update(eve.id, project.id, ProjectUpdate(name="mine")),
        eve.studio.projects.delete(eve.id, project.id),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert await ada.reloaded(project) == project


async def test_a_stack_without_a_name_is_refused_and_not_the_default(ada: StudioUser) -> None:
    with pytest.raises(InvalidInput) as refused:
        await ada.studio.projects.create(ada.id, "n", "p", ProjectUpdate(backend_stack=""))
    assert [error.field for error in refused.value.errors] == ["backend_stack"]
