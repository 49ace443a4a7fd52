"""A scripted Ollama for benchmarks: how much and how fast it writes stands in the prompt. Prints its address."""

import asyncio
import re
import time

from tests.support.servers.scripted_server import DONE, SHOWN, Call, answer_json, line, scripted, wire

HEAD = "### FILE: notes.txt\n```text\n"  # no code: what checking costs at the end is no part of passing on
CODE = "value = compute(value, 42)\n"


async def write(call: Call) -> None:
    """Write ``pieces`` lines at ``rate`` a second, each with the time at which it left."""
    wish = dict(re.findall(r"(pieces|rate)=(\d+)", call.body["messages"][-1]["content"]))
    pieces, rate = int(wish["pieces"]), int(wish["rate"])
    await call.head()
    begun = time.monotonic()
    for number in range(pieces):
        if rate and (wait := begun + number / rate - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        text = f"{HEAD * (number == 0)}# {time.time():.6f}\n{CODE}"
        if call.writer.is_closing():
            return
        call.writer.write(wire(line(text)))
        if not rate and number % 50 == 0:
            await call.writer.drain()
    await call.send(wire({**DONE, "eval_count": pieces}))


async def main() -> None:
    """Serve until killed."""
    shown = {"model_info": {"qwen2.context_length": 1_000_000}, "capabilities": SHOWN["capabilities"]}
    async with scripted([write], {"/api/show": answer_json(shown)}) as server:
        print(server.url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
