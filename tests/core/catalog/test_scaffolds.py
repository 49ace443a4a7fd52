@pytest.mark.parametrize("id", SCAFFOLDS)
async def test_what_is_the_same_in_every_app_has_no_problem_of_its_own(id: str) -> None:  # noqa: A002
    entry = find_stack(id, Side.FRONTEND)
    found = parse_files(SCAFFOLDS[id], entry)
    problems = await check([*found, SourceFile(entry.default_path, "text", "x")])
    assert [
        problem for problems in problems.values() for problem in problems if problem.kind is ProblemKind.SYNTAX
    ] == []
    assert {"package.json", "tsconfig.json"} <= {file.path for file in found}
