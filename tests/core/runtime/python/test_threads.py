"""What stands in for threads. Its replacements are for a whole Python, so they are made in one of their own."""

import subprocess
import sys
from textwrap import dedent

import pytest


def output_of(source: str) -> list[str]:
    """What Python prints that has no threads."""
    program = "from core.runtime.python.threads import run_without_threads\nrun_without_threads()\n" + dedent(source)
    command = [sys.executable, "-c", program]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.splitlines()


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        pytest.param(
            """
            import threading
            def work(name): print("worked for", name, threading.current_thread() is threading.main_thread())
            thread = threading.Thread(target=work, args=("ada",)); thread.start(); thread.join()
            """,
            ["worked for ada True"],
            id="a thread runs in place",
        ),
        pytest.param(
            """
            from concurrent.futures import ThreadPoolExecutor
            with ThreadPoolExecutor(4) as pool:
                print(list(pool.map(lambda number: number * 2, [1, 2])), repr(pool.submit(int, "x").exception()))
            """,
            ["[2, 4] ValueError(\"invalid literal for int() with base 10: 'x'\")"],
            id="an executor runs at once",
        ),
        pytest.param(
            """
            import asyncio, anyio
            async def main():
                print(await asyncio.to_thread(max, 1, 2), await anyio.to_thread.run_sync(min, 1, 2))
                print(await asyncio.get_running_loop().run_in_executor(None, sum, [1, 2]))
            asyncio.run(main())
            """,
            ["2 1", "3"],
            id="calls for a thread are made at once",
        ),
        pytest.param(
            """
            import asyncio, threading
            async def main():
                threading.Timer(0.01, print, ["later"]).start()
                cancelled = threading.Timer(0.01, print, ["never"]); cancelled.start(); cancelled.cancel()
                print("now"); await asyncio.sleep(0.1)
            asyncio.run(main())
            """,
            ["now", "later"],
            id="a timer fires later",
        ),
    ],
)
def test_what_would_run_in_a_thread_runs_without(source: str, printed: list[str]) -> None:
    assert output_of(source) == printed


def test_a_thread_without_end_is_not_run_and_that_is_said(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("app") / "endless.py"
    path.write_text("def work():\n    while True:\n        pass\n", "utf-8")
    printed = output_of(
        f"""
        import functools, sys, threading
        sys.path.insert(0, {str(path.parent)!r})
        import endless
        threading.Thread(target=endless.work, daemon=True).start()
        threading.Thread(target=functools.partial(endless.work)).start()
        """
    )
    assert len(printed) == 2
    assert printed[0] == "The thread work is not run here: it never ends, and Python has no threads in a browser."
