"""The sandbox's bounds, with scripts of a few lines in the place of an app."""

import asyncio
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from core.subprocesses import ProgramMissing
from core.trial import sandbox
from core.trial.sandbox import SandboxEnd, Script, run_sandboxed

IN_WORKER = "`data:text/javascript,fetch('http://127.0.0.1:PORT/').then(() => postMessage(1), () => postMessage(0))`"
WAIT_FOR_WORKER = (
    "await new Promise((done, no) => { w.onmessage = (e) => (e.data ? done() : no()); "
    "w.onerror = no; setTimeout(no, 500); })"
)
WAIT_FOR_SOCKET = "await new Promise((done, no) => { w.onopen = done; w.onerror = no; })"
SAY = "const say = (value) => console.log(JSON.stringify(value));\n"


async def run_script(tmp_path: Path, source: str, **given: Any) -> tuple[SandboxEnd, list[Mapping[str, Any]]]:
    folder = tmp_path / "script"
    folder.mkdir()
    path = folder / "script.mjs"
    path.write_text(SAY + source, "utf-8")
    lines: list[Mapping[str, Any]] = []
    end = await run_sandboxed(Script(path, (), given), lines.append)
    return end, lines


async def test_a_script_is_given_an_object_and_answers_in_lines(tmp_path: Path) -> None:
    source = """
    const given = JSON.parse(await new Response(Deno.stdin.readable).text());
    console.log("no JSON"); console.log("[1]"); say({ word: given.word.repeat(2) }); say({ done: true });
    """
    end, lines = await run_script(tmp_path, source, word="é")
    assert (end, lines) == (SandboxEnd.DONE, [{"word": "éé"}, {"done": True}])


@pytest.mark.parametrize(
    "attempt",
    [
        'Deno.readTextFileSync("/etc/hostname")',
        'Deno.readDirSync("..")[Symbol.iterator]().next()',
        'Deno.writeTextFileSync("written.txt", "x")',
        "Deno.makeTempFileSync()",
        'await Deno.connect({ hostname: "127.0.0.1", port: PORT })',
        'await fetch("http://127.0.0.1:PORT/")',
        f'const w = new WebSocket("ws://127.0.0.1:PORT/"); {WAIT_FOR_SOCKET}',
        'Deno.env.get("PATH") ?? fail()',
        "Deno.env.toObject().SECRET.length",
        'new Deno.Command("/bin/true").outputSync()',
        'Deno.kill(Deno.ppid, "SIGUSR1")',
        'Deno.dlopen("libc.so.6", {})',
        "Deno.osRelease()",
        'await import("http://127.0.0.1:PORT/a.mjs")',
        'await import("npm:react")',
        f"const w = new Worker({IN_WORKER}, {{ type: 'module' }}); {WAIT_FOR_WORKER}",
        '(await import("node:fs")).readFileSync("/etc/hostname")',
        '(await import("node:child_process")).execFileSync("/bin/true")',
        'await Deno.permissions.request({ name: "net" }).then((it) => it.state === "granted" || fail())',
    ],
)
async def test_it_can_reach_nothing(tmp_path: Path, attempt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "hush")
    asked: list[object] = []

    async def note(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(True)
        writer.close()

    async with await asyncio.start_server(note, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        source = f"""
        const fail = () => {{ throw new Error("nothing"); }};
        try {{ {attempt.replace("PORT", str(port))}; say({{ reached: true }}); }} catch {{ say({{ reached: false }}); }}
        Deno.exit(0);
        """
        _, lines = await run_script(tmp_path, source)
    assert lines == [{"reached": False}]
    assert asked == []


@pytest.mark.slow
async def test_it_computes_for_a_bounded_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "MAX_CPU_SECONDS", 1)
    end, lines = await run_script(tmp_path, "say({ here: 1 }); while (true) {}")
    assert (end, lines) == (SandboxEnd.OUT_OF_CPU, [{"here": 1}])


async def test_it_runs_for_a_bounded_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "MAX_WALL_SECONDS", 1.0)
    started_at = time.monotonic()
    end, _ = await run_script(tmp_path, "setInterval(() => {}, 1000);")
    assert end is SandboxEnd.OUT_OF_TIME
    assert time.monotonic() - started_at < 10


@pytest.mark.slow
async def test_it_takes_a_bounded_part_of_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "MAX_MEMORY_BYTES", 150 << 20)
    source = "const all = []; setInterval(() => all.push(new Uint8Array(5 << 20).fill(1)), 5);"
    end, _ = await run_script(tmp_path, source)
    assert end is SandboxEnd.OUT_OF_MEMORY


@pytest.mark.parametrize(
    "source",
    ["for (;;) say({ word: 'x'.repeat(1000) });", "say({ word: 'x'.repeat(1 << 20) }); await new Promise(() => {});"],
)
async def test_it_writes_a_bounded_amount(tmp_path: Path, source: str) -> None:
    end, _ = await run_script(tmp_path, source)
    assert end is SandboxEnd.TOO_MUCH_OUTPUT


async def test_who_is_cancelled_ends_it(tmp_path: Path) -> None:
    started: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    path = tmp_path / "script.mjs"
    path.write_text(SAY + "say({ pid: Deno.pid }); setInterval(() => {}, 1000);", "utf-8")
    task = asyncio.create_task(run_sandboxed(Script(path, (), {}), lambda line: started.set_result(line["pid"])))
    pid = await started
    assert os.getpriority(os.PRIO_PROCESS, pid) == sandbox.LOWEST_PRIORITY
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_without_deno_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "find_program", lambda _name: None)
    with pytest.raises(ProgramMissing):
        await run_script(tmp_path, "")
