"""Copies of runs and pictures within the database, without their texts coming out of it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, insert, literal, select

from data.base import Base
from data.models import RUN_FINDINGS, RUNS, LeftOutPaths, OriginalFile, ProjectPicture, RunFile, RunFindings

_TABLES_OF_RUN = [
    Base.metadata.tables[model.__tablename__] for model in (RunFile, OriginalFile, LeftOutPaths, RunFindings)
]
_PICTURES = Base.metadata.tables[ProjectPicture.__tablename__]


def copy_run(connection: Connection, run_id: str, replaced: Mapping[str, Any], *, with_findings: bool = True) -> None:
    """Copy an ended run with its files and findings; ``replaced`` are the columns of the copy that differ, its id among
    them."""
    _copy_rows(connection, RUNS, RUNS.c.id == run_id, replaced)
    for table in _TABLES_OF_RUN:
        if table is RUN_FINDINGS and not with_findings:
            continue
        _copy_rows(connection, table, table.c.run_id == run_id, {"run_id": replaced["id"]})


def copy_picture(connection: Connection, project_id: int, copy_id: int) -> None:
    """Give a project the picture of another one, if that has any."""
    _copy_rows(connection, _PICTURES, _PICTURES.c.project_id == project_id, {"project_id": copy_id})


def _copy_rows(
    connection: Connection, table: Table, condition: ColumnElement[bool], replaced: Mapping[str, Any]
) -> None:
    columns = [
        literal(replaced[column.name], column.type).label(column.name) if column.name in replaced else column
        for column in table.c
    ]
    connection.execute(
        insert(table).from_select([column.name for column in table.c], select(*columns).where(condition))
    )
