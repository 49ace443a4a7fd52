"""The baselines: what one writes first, a route that passes Ollama's stream on; and one that only reads it."""

import json
import socket
import sys
from collections.abc import AsyncIterator

import httpx
import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()
client = httpx.AsyncClient(timeout=None, limits=httpx.Limits(max_connections=None))  # noqa: S113 - a stream may be silent


@app.get("/stream")
async def stream(prompt: str) -> StreamingResponse:
    """One event for each line of the model."""

    async def events() -> AsyncIterator[str]:
        body = {"model": "m", "messages": [{"role": "user", "content": prompt}], "stream": True}
        async with client.stream("POST", f"{sys.argv[1]}/api/chat", json=body) as response:
            async for line in response.aiter_lines():
                piece = json.loads(line)
                yield f"event: code-chunk\ndata: {json.dumps(piece['message']['content'])}\n\n"

    return StreamingResponse(events(), media_type="text/event-stream")


@app.get("/read")
async def read(prompt: str) -> dict[str, int]:
    """Only the reading: the least that anything costs which has httpx read the model's lines."""
    body = {"model": "m", "messages": [{"role": "user", "content": prompt}], "stream": True}
    count = 0
    async with client.stream("POST", f"{sys.argv[1]}/api/chat", json=body) as response:
        async for line in response.aiter_lines():
            count += "message" in json.loads(line)
    return {"pieces": count}


if __name__ == "__main__":
    listening = socket.create_server(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="error")).run([listening])
