"""A server of raw connections, on a free port of this machine."""

import asyncio
import socket
import struct
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

ConnectionHandler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def raw_server(handler: ConnectionHandler) -> AsyncGenerator[str, None]:
    """The URL at which ``handler`` serves each connection; handlers still running at the end are cancelled."""
    connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await handler(reader, writer)

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(handle(reader, writer), name="a connection of a test's server")
        connections[task] = writer
        task.add_done_callback(on_ended)

    def on_ended(task: asyncio.Task[None]) -> None:
        # Not in handle(): a task that is cancelled before its first step never runs its cleaning up.
        connections.pop(task).close()

    listener = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    finally:
        listener.close()
        while connections:
            for task in connections:
                task.cancel()
            await asyncio.gather(*connections, return_exceptions=True)
            await asyncio.sleep(0)  # connections accepted meanwhile start their tasks


def reset_connection(writer: asyncio.StreamWriter) -> None:
    """Break a connection off by RST instead of FIN."""
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
