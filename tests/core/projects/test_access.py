@pytest.mark.parametrize("project_id", [0, -1, 2**63, 2**64, 10**30])
async def test_an_id_that_cannot_be_is_not_found(ada: StudioUser, project_id: int) -> None:
    with pytest.raises(NotFound):
        await ada.studio.projects.get(ada.id, project_id)
