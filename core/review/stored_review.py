"""Reviews in the database: a row for each file that something was found in, or made of."""

from collections.abc import Mapping, Sequence

from core.files.source_file import SourceFile
from core.review.checking.problem import Problem, ProblemKind
from core.review.repairs.adjustment import Adjustment, AdjustmentKind
from core.review.reviewed_file import ReviewedFile
from core.runs.state import RunInfo
from data import commands
from data.database import Connection
from data.rows import RunFileRow


def write_review(
    connection: Connection, run: RunInfo, reviewed: Sequence[ReviewedFile], replaced_id: str | None
) -> None:
    """Store what was found in a run; it becomes current where the version ``replaced_id`` still is."""
    changes = {"problems": run.problems, "warning": run.warning, "adjusted": run.adjusted}
    commands.update_run(connection, run.id, changes)
    commands.replace_run_files(connection, run.id, [_to_row(run.id, file) for file in reviewed])
    if replaced_id:
        commands.set_current_run(connection, run.project_id, run.side, run.id, expected=replaced_id)


def reviewed_from_rows(sources: Sequence[SourceFile], rows: Mapping[str, RunFileRow]) -> list[ReviewedFile]:
    """The files of a version with their stored reviews."""
    return [_from_row(file, rows.get(file.path)) for file in sources]


def _to_row(run_id: str, file: ReviewedFile) -> dict[str, object]:
    return {
        "run_id": run_id,
        "path": file.source.path,
        "formatted": file.formatted,
        "reason": file.unformatted_reason,
        "problems": [[p.line, p.column, p.message, p.kind] for p in file.problems],
        "raw_problems": [[p.line, p.column, p.message, p.kind] for p in file.raw_problems],
        "adjusted": file.adjusted.text if file.adjustments else None,
        "adjustments": [[each.kind, each.what] for each in file.adjustments],
    }


def _from_row(file: SourceFile, row: RunFileRow | None) -> ReviewedFile:
    if row is None:
        return ReviewedFile(file)
    return ReviewedFile(
        source=file,
        formatted=row.formatted,
        unformatted_reason=row.reason,
        problems=_parse_problems(row.problems),
        raw_problems=_parse_problems(row.raw_problems),
        repaired=row.adjusted,
        adjustments=tuple(Adjustment(AdjustmentKind(kind), what) for kind, what in row.adjustments or ()),
    )


def _parse_problems(stored: Sequence[tuple[int, int, str, str]]) -> tuple[Problem, ...]:
    return tuple(Problem(line, column, message, ProblemKind(kind)) for line, column, message, kind in stored)
