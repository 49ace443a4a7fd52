"""A project is opened for its own user alone, and nobody learns of another's."""

import pytest

from core.errors import NotFound
from core.projects.access import ProjectAccess
from tests.support.users.studio_user import StudioUser, register_user


async def test_a_project_is_opened_without_its_code(ada: StudioUser) -> None:
    project = await ada.create_project()
    run = (await ada.finished_run(project)).state
    found = await ProjectAccess(ada.studio.database).get(ada.id, project.id)
    assert (found.id, found.name, found.backend_run_id) == (project.id, "Todo", run.id)
    assert found.backend_code is None


async def test_another_users_project_and_none_are_one_error(ada: StudioUser) -> None:
    project = await ada.create_project()
    eve = await register_user(ada.studio, "eve")
    access, messages = ProjectAccess(ada.studio.database), set()
    for user_id, project_id in ((eve.id, project.id), (ada.id, project.id + 1)):
        with pytest.raises(NotFound) as refused:
            await access.get(user_id, project_id)
        messages.add(refused.value.message)
    assert len(messages) == 1


@pytest.mark.parametrize("project_id", [0, -1, 2**63, 2**64, 10**30])
async def test_an_id_that_cannot_be_is_not_found(ada: StudioUser, project_id: int) -> None:
    with pytest.raises(NotFound):
        await ada.studio.projects.get(ada.id, project_id)
