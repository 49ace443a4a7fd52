"""What people have typed and not sent yet, each for its owner alone. Its text is never logged."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Self

from core.errors import InvalidInput
from core.projects.access import ProjectAccess
from core.text import check_storable
from data import commands, queries
from data.database import Connection, Database
from data.errors import RowRejected

MAX_DRAFT_LENGTH = 100_000
"""Characters of all fields of a form: more than any of them takes, so that too long a text can be shortened later."""
MAX_SUBJECT_LENGTH = 64

DraftContent = Mapping[str, str]
"""The text of each field of a form by the field's name."""


class DraftForm(StrEnum):
    """A form whose text is kept."""

    NEW_PROJECT = "new-project"
    EDIT_PROJECT = "edit-project"
    REQUIREMENTS = "requirements"
    REFINE = "refine"
    VERSION_NAME = "version-name"


@dataclass(frozen=True, slots=True)
class DraftPlace:
    """A form, its project, and which of several it is: a side, a version or an example."""

    form: DraftForm
    project_id: int | None = None
    subject: str = ""

    @property
    def key(self) -> str:
        """The place as one word, such as ``refine/12/backend``."""
        return f"{self.form}/{self.project_id or ''}/{self.subject}"

    @classmethod
    def from_key(cls, key: str) -> Self | None:
        """The place of this key; None where there cannot be such a place."""
        form, _, rest = key.partition("/")
        project, _, subject = rest.partition("/")
        is_known = form in set(DraftForm) and len(subject) <= MAX_SUBJECT_LENGTH and subject.isprintable()
        if not is_known or not (project == "" or (project.isascii() and project.isdecimal() and len(project) < 19)):
            return None
        return cls(DraftForm(form), int(project) if project else None, subject)


class Drafts:
    """One draft for each place of an account; the last that was written stays."""

    def __init__(self, database: Database, access: ProjectAccess) -> None:
        self._database = database
        self._access = access

    async def keep(self, user_id: int, place: DraftPlace, content: DraftContent) -> None:
        """Store what is in a form now. Raises NotFound, InvalidInput."""
        if sum(map(len, content.values())) > MAX_DRAFT_LENGTH:
            raise InvalidInput.for_field("content", f"More than {MAX_DRAFT_LENGTH:,} characters are not kept.")
        for field, text in content.items():
            check_storable(field, text)
        if place.project_id is not None:
            await self._access.get(user_id, place.project_id)
        row = {"user_id": user_id, "place": place.key, "project_id": place.project_id, "content": dict(content)}
        # Twice: another tab may write at the same moment. Nothing is written if the project or the account is gone.
        for _ in range(2):
            with suppress(RowRejected):
                await self._database.write(partial(commands.replace_draft, row=row))
                break

    async def find(self, user_id: int, place: DraftPlace) -> DraftContent:
        """What was typed there and not sent yet; empty where nothing was."""
        return await self._database.read(partial(queries.find_draft, user_id=user_id, place=place.key)) or {}

    async def discard(self, user_id: int, place: DraftPlace, known: DraftContent | None = None) -> None:
        """Forget what was typed there: it has been sent, or is not wanted; with ``known`` only where it is still that.

        Another tab may have stored something newer, which nobody has sent.
        """

        def delete(connection: Connection) -> None:
            if known is None or queries.find_draft(connection, user_id, place.key) == known:
                commands.delete_draft(connection, user_id, place.key)

        await self._database.write(delete)
