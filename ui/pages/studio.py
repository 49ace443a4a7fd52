"""The studio: one project's requirements and versions beside the code that is being written."""

from nicegui import ui
from starlette.responses import RedirectResponse

from core.errors import NotFound
from core.projects.access import PROJECT_NOT_FOUND
from core.studio import Studio
from ui.accounts import session
from ui.components.commands.command import Command
from ui.components.sharing.share_button import ShareButton
from ui.display_text import parse_id
from ui.layout import page_layout
from ui.pages import initial_runs, not_found
from ui.pages.studio_page import StudioPage
from ui.pages.view_state import StudioView


def register(studio: Studio) -> None:
    """Add /projects/{id}."""

    @ui.page("/projects/{project_id}")
    async def project_page(
        project_id: str, side: str = "", look: str = "", version: str = "", file: str = ""
    ) -> RedirectResponse | None:
        view = StudioView.from_query(side, look, version, file)
        if (identity := await session.current_identity(studio)) is None:
            query = f"?{view.query}" if side or look else ""
            return RedirectResponse(session.sign_in_path(f"/projects/{project_id}{query}"))
        try:
            project = await studio.projects.get(identity.user.id, parse_id(project_id))
            runs = await studio.runs.list_runs(identity.user.id, project.id)
            logs = await initial_runs.initial_logs(studio, identity.user, project, runs, view.version)
        except NotFound:
            not_found.show_not_found(studio, identity.user, PROJECT_NOT_FOUND)
            return None
        with page_layout(studio, identity.user, project.name, full_height=True) as frame:
            page = StudioPage(studio, identity.user, project, frame.shortcuts)
            await page.build()
            share = ShareButton(studio, identity.user, project)
            frame.shortcuts.add({Command.SHARE: share.open})
            page.open(logs, runs, view)
        return None
