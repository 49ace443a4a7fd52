"""What a run does before its first text, in words."""

from datetime import datetime

from core.engines.protocol import Progress, ProgressPhase
from core.runs.state import RunInfo

PHASES = {
    ProgressPhase.WAITING: "Waiting for the model",
    ProgressPhase.LOADING: "Loading the model",
    ProgressPhase.READING: "Reading the prompt",
    ProgressPhase.THINKING: "Thinking",
}
MIN_TOLD_SECONDS = 1.0
"""Of a phase before the first text: a shorter one is nothing to tell of."""


def describe_progress(progress: Progress) -> str:
    """What a run that has no text yet is doing: ``Reading the prompt, 512 of 2,048 tokens``."""
    count = f", {progress.done or 0:,} of {progress.total:,} tokens" if progress.total else ""
    return f"{PHASES[progress.phase]}{count}{f', {progress.note}' if progress.note else ''}"


def describe_start(run: RunInfo) -> str:
    """What took long before the first text: ``Loading the model 31 s, reading the prompt 8 s``; else empty."""
    told = [(PHASES[ProgressPhase(name)], seconds) for name, seconds in run.start_seconds.items()]
    parts = [f"{phase} {seconds:.0f} s" for phase, seconds in told if seconds >= MIN_TOLD_SECONDS]
    return ", ".join([*parts[:1], *(part[:1].lower() + part[1:] for part in parts[1:])])


def seconds_left(run: RunInfo, now: datetime) -> float | None:
    """How long the phase of a run takes from now on if it goes on as it did; None where that cannot be told yet."""
    progress, fraction = run.progress, run.progress.fraction if run.progress else None
    if progress is None or not fraction or run.progress_since is None:
        return None
    spent = (now - run.progress_since).total_seconds()
    return spent * (1 - fraction) / fraction if spent >= MIN_TOLD_SECONDS else None
