"""Tries one front end as far as that goes without a browser: are its files, imports and exports there."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.files.source_file import SourceFile
from core.runtime.app_runtime import AppRuntime
from core.runtime.driver import SCRIPTS_FOLDER
from core.trial.finding import MAX_FINDINGS, Finding, FindingKind
from core.trial.sandbox import Script, run_sandboxed
from core.trial.sandbox_values import finding_from_sandbox

LINK_SCRIPT = SCRIPTS_FOLDER / "link.mjs"


async def try_front_end(runtime: AppRuntime, files: Sequence[SourceFile], framework: str) -> tuple[Finding, ...] | None:
    """What keeps these files from starting in a browser, or parts of the app from working; None: nobody can know.

    ``framework`` says how an app without an entry is started; empty for plain pages. Raises ProgramMissing; the runtime
    has to be ready.
    """
    assert runtime.files_folder is not None  # noqa: S101  it is ready
    folder = runtime.files_folder.resolve()
    given = {
        "runtime": folder.as_posix(),
        "framework": framework,
        "files": {file.path: file.text for file in files},
    }
    findings: list[Finding] = []
    is_done = is_lacking = False

    def take(line: Mapping[str, Any]) -> None:
        nonlocal is_done, is_lacking
        match line:
            case {"problem": dict(problem)} if len(findings) < MAX_FINDINGS:
                # What is loaded later only keeps a part of the app from working.
                kind = FindingKind.ERROR if line.get("isLazy") is True else FindingKind.START
                findings.append(finding_from_sandbox(problem, kind))
            case {"lacking": str()}:
                is_lacking = True  # maybe the runtime's fault, and not the app's
            case {"done": True}:
                is_done = True

    await run_sandboxed(Script(LINK_SCRIPT, (folder,), given), take)
    return tuple(findings) if is_done and not (is_lacking and not findings) else None
