"""Whose project is it: the one place where a project is opened for a user."""

from core.errors import NotFound
from core.projects.project import Project, project_from_row
from data import queries
from data.database import Database

PROJECT_NOT_FOUND = "There is no such project."


class ProjectAccess:
    """Opens projects for their own users alone."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, user_id: int, project_id: int) -> Project:
        """The project without its code. Raises NotFound, also for another user's: nobody learns that it exists."""
        row = await self._database.read(lambda connection: queries.find_project(connection, user_id, project_id))
        if row is None:
            raise NotFound(PROJECT_NOT_FOUND)
        return project_from_row(row)
