async def test_a_megabyte_is_too_large(ada: ApiUser) -> None:
    problem(await ada.post("/api/projects", {"name": "x", "prompt": "x" * 1_000_000}), 413, "too_large")


async def test_a_megabyte_without_a_length_is_too_large(ada: ApiUser) -> None:
    async def body() -> AsyncIterator[bytes]:
        for _ in range(MAX_BODY_BYTES // 1024 + 1):
            yield b" " * 1024

    headers = ada.headers | {"Content-Type": "application/json"}
    problem(await ada.client.post("/api/projects", content=body(), headers=headers), 413, "too_large")


async def test_the_longest_prompt_fits(ada: ApiUser) -> None:
    body = json.dumps({"name": "x", "prompt": "😀" * 20_000})
    headers = ada.headers | {"Content-Type": "application/json"}
    assert (await ada.client.post("/api/projects", content=body, headers=headers)).status_code == 201
