"""The results as a table and as JSON."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.evaluation.arms import Arm
from tests.evaluation.measures import Measured


@dataclass(frozen=True, slots=True)
class Row:
    """One case with one seed in one arm."""

    case: str
    stack: str
    style: str
    seed: int
    arm: Arm
    measured: Measured
    seconds: float
    tokens: int

    def to_json(self) -> dict[str, Any]:
        """As it is written into a file."""
        measured = self.measured
        return {
            "case": self.case,
            "stack": self.stack,
            "style": self.style,
            "seed": self.seed,
            "arm": self.arm.value,
            "files": measured.files,
            "parses": measured.parses,
            "starts": measured.starts,
            "passed": measured.passed,
            "checks": measured.checks,
            "seconds": round(self.seconds, 1),
            "tokens": self.tokens,
        }


HEADER = (
    "| stack | arm | apps | with files | parse | start | checks passed | whole apps | seconds | tokens |\n"
    "|---|---|---|---|---|---|---|---|---|---|"
)


def table(rows: Sequence[Row]) -> str:
    """A line for each stack and arm, then one for all of each arm. Of apps that are not run, *start* says nothing."""
    lines = [HEADER]
    for stack in [*dict.fromkeys(row.stack for row in rows), "all"]:
        for arm in Arm:
            chosen = [row for row in rows if row.arm is arm and stack in (row.stack, "all")]
            lines += [_line(stack, arm, chosen)] if chosen else []
    return "\n".join(lines)


def _line(stack: str, arm: Arm, rows: Sequence[Row]) -> str:
    run = [row.measured for row in rows if row.measured.starts is not None]
    passed, checks = sum(each.passed or 0 for each in run), sum(each.checks for each in run)
    cells = (
        stack,
        arm.value,
        str(len(rows)),
        str(sum(row.measured.files > 0 for row in rows)),
        str(sum(row.measured.parses for row in rows)),
        f"{sum(bool(each.starts) for each in run)} of {len(run)}",
        f"{passed} of {checks}",
        str(sum(each.is_whole for each in run)),
        f"{_mean(row.seconds for row in rows):.0f}",
        f"{_mean(row.tokens for row in rows):.0f}",
    )
    return f"| {' | '.join(cells)} |"


def _mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else 0.0
