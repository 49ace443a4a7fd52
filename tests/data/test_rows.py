"""The dataclasses of rows are filled by position: their fields must be the tables' columns, in order."""

from dataclasses import fields

import pytest

from data.account_models import ApiKey, AuditEvent, Session, Share
from data.base import Base
from data.models import OriginalFile, Project, Run, RunFile, User
from data.rows import (
    ApiKeyRow,
    AuditRow,
    OriginalFileRow,
    ProjectRow,
    RunFileRow,
    RunRow,
    SessionRow,
    ShareRow,
    UserRow,
)


@pytest.mark.parametrize(
    ("row", "model"),
    [
        *(
            (UserRow, User),
            (ProjectRow, Project),
            (RunRow, Run),
            (RunFileRow, RunFile),
            (OriginalFileRow, OriginalFile),
        ),
        *((SessionRow, Session), (ApiKeyRow, ApiKey), (AuditRow, AuditEvent), (ShareRow, Share)),
    ],
)
def test_fields_are_the_columns_in_order(row: type, model: type[Base]) -> None:
    assert [field.name for field in fields(row)] == [column.name for column in model.__table__.columns]
