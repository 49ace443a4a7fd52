async def test_a_user_takes_everything_along(database: Database) -> None:
    await add_a_run(database)
    await execute_all(database, delete(User))
    assert [await fetch_scalar(database, count(table)) for table in (Project, Run, RunPiece)] == [0, 0, 0]


async def test_a_side_has_one_live_run_and_any_number_of_ended_ones(database: Database) -> None:
    await add_a_run(database)
    await add_rows(database, make_run("a", "complete"), make_run("b", "complete"))
    with pytest.raises(RowRejected):
        await add_rows(database, make_run("c", "queued"))


async def test_times_keep_their_zone(database: Database) -> None:
    await add_a_run(database)
    assert await fetch_scalar(database, select(User.created_at)) == CREATED_AT
