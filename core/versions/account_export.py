"""All that an account has made, as one zip for its owner."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, replace

from core.accounts.identity import User
from core.errors import NotFound
from core.files.source_file import SourceFile, zip_bytes
from core.generation.runs import Runs
from core.projects.project import Project
from core.projects.projects import Projects
from core.runs.state import RunInfo
from core.versions.versions import Archive, Versions
from core.workers.pools import REQUEST_WORKERS

PAGE_SIZE = 100


class AccountExport:
    """Builds the zip in memory: a folder for each project, with every version as text and the files of each."""

    def __init__(self, projects: Projects, runs: Runs, versions: Versions) -> None:
        self._projects = projects
        self._runs = runs
        self._versions = versions

    async def build(self, user: User) -> Archive:
        """The zip of this account."""
        files = [_json_file("account.json", asdict(user))]
        offset = 0
        while listed := await self._projects.search(user.id, limit=PAGE_SIZE, offset=offset):
            offset += len(listed)
            for each in listed:
                with suppress(NotFound):  # deleted meanwhile, and so are its versions below
                    files += await self._project_files(each.project)
        content = await REQUEST_WORKERS.run(zip_bytes, files, caller=user.id)
        return Archive(f"livewright-{user.username}.zip", content)

    async def _project_files(self, project: Project) -> list[SourceFile]:
        folder = f"project-{project.id}"
        files = [_json_file(f"{folder}/project.json", asdict(project))]
        for run in await self._runs.list_runs(project.user_id, project.id):
            with suppress(NotFound):
                files += await self._version_files(f"{folder}/{run.side}/{run.id}", run)
        return files

    async def _version_files(self, folder: str, run: RunInfo) -> list[SourceFile]:
        log = await self._runs.open_log(run.user_id, run.id)
        about = {
            "name": run.name,
            "stack": run.stack,
            "model": run.model,
            "kind": run.kind,
            "status": run.status,
            "instructions": run.instructions,
            "created_at": run.created_at,
        }
        own = [SourceFile(f"{folder}/text.md", "markdown", log.text), _json_file(f"{folder}/version.json", about)]
        served = await self._versions.served_files(run.user_id, run.id)
        return own + [replace(file, path=f"{folder}/files/{file.path}") for file in served]


def _json_file(path: str, content: Mapping[str, object]) -> SourceFile:
    return SourceFile(path, "json", json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n")
