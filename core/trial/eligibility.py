"""Which back ends can be tried on the server, and why others cannot. No I/O."""

import re
import sys
from collections.abc import Iterable, Sequence

from core.catalog.stacks import Side, find_stack
from core.files.source_file import SourceFile
from core.runs.state import RunInfo

TRIED_STACKS = frozenset({"fastapi", "flask"})
FRAMEWORKS = {"html": "", "react": "react", "vue": "vue", "svelte": "svelte", "angular": "angular"}
"""Stack of a front end that runs in a browser → the name by which the linker starts an app without an entry."""
NEEDS_OUTSIDE = frozenset({
    "PIL", "aiohttp", "aiomysql", "asyncpg", "boto3", "celery", "cryptography", "cv2", "django", "elasticsearch",
    "gevent", "google", "grpc", "langchain", "lxml", "matplotlib", "motor", "mysql", "numpy", "openai", "orjson",
    "pandas", "psycopg", "psycopg2", "pymongo", "pymysql", "redis", "scipy", "sklearn", "stripe", "tensorflow",
    "torch", "transformers",
})  # fmt: skip
"""Packages, by the names that are imported, which need a network, a server, or a build for WebAssembly."""
_REQUIREMENT = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)", re.MULTILINE)
_QUOTED_REQUIREMENT = re.compile(r"""["']([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(?:[<>=!~][^"']*)?["']""")


def not_runnable_reason(run: RunInfo, files: Sequence[SourceFile]) -> str | None:
    """Why a version cannot be tried on the server, as a sentence; None where it can."""
    stack = find_stack(run.stack, run.side)
    if run.side is Side.FRONTEND:
        return "A front end is tried in a browser, where it is opened: the server has none."
    if run.stack not in TRIED_STACKS and not any(file.path.endswith(".py") for file in files):
        commands = " && ".join(stack.start.splitlines())
        return (
            f"{stack.label} runs outside of Livewright, not in its sandbox: download it and start it with {commands}."
        )
    if not any(file.path.endswith(".py") for file in files):
        return "There is no Python file in this version, so there is nothing to start."
    return None


def is_missing_here(module: str, files: Iterable[SourceFile]) -> bool:
    """Whether a module that was not found is a package which the sandbox lacks, rather than a mistake of the app."""
    top = module.partition(".")[0]
    # A part of Python that WebAssembly lacks, such as tkinter.
    if top in NEEDS_OUTSIDE or top in sys.stdlib_module_names:
        return True
    return _normalized(top) in {_normalized(name) for file in files for name in _declared_packages(file)}


def _declared_packages(file: SourceFile) -> list[str]:
    name = file.path.rpartition("/")[2]
    if name.startswith("requirements") and name.endswith(".txt"):
        return _REQUIREMENT.findall(file.text)
    return _QUOTED_REQUIREMENT.findall(file.text) if name == "pyproject.toml" else []


def _normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
