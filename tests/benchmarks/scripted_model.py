"""A scripted Ollama for benchmarks: how much and how fast it writes stands in the prompt. Prints its address."""

import asyncio
import re
import time

from tests.support.servers.scripted_server import (
    DONE_LINE,
    SHOW_RESPONSE,
    Call,
    answer_json,
    content_line,
    encode_lines,
    scripted_server,
)

FILE_HEADER = "### FILE: notes.txt\n```text\n"  # no code: what checking costs at the end is no part of passing on
CODE_LINE = "value = compute(value, 42)\n"


async def write_pieces(call: Call) -> None:
    """Write ``pieces`` lines at ``rate`` a second, each with the time at which it left."""
    options = dict(re.findall(r"(pieces|rate)=(\d+)", call.body["messages"][-1]["content"]))
    pieces, rate = int(options["pieces"]), int(options["rate"])
    await call.send_head()
    started_at = time.monotonic()
    for number in range(pieces):
        if rate and (wait := started_at + number / rate - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        text = f"{FILE_HEADER * (number == 0)}# {time.time():.6f}\n{CODE_LINE}"
        if call.writer.is_closing():
            return
        call.writer.write(encode_lines(content_line(text)))
        if not rate and number % 50 == 0:
            await call.writer.drain()
    await call.send(encode_lines({**DONE_LINE, "eval_count": pieces}))


async def main() -> None:
    """Serve until killed."""
    show_response = {"model_info": {"qwen2.context_length": 1_000_000}, "capabilities": SHOW_RESPONSE["capabilities"]}
    async with scripted_server([write_pieces], {"/api/show": answer_json(show_response)}) as server:
        print(server.url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
