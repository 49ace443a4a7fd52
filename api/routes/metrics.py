"""What Prometheus asks: runs, tokens, waits, delays, readers, reviews, trials, errors, and the process."""

from collections.abc import Iterator

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from api.middleware.forwarded_headers import is_local_client
from api.routes.auth import StudioDep, bearer_identity
from core.runs.figures import Histogram
from core.runs.state import RunStatus
from core.studio import Studio

router = APIRouter(tags=["service"])


@router.get("/metrics", response_class=Response)
async def metrics(studio: StudioDep, request: Request) -> Response:
    """Prometheus's text format; open to programs of this machine, and to admins and their keys."""
    if not is_local_client(request.scope):
        (await bearer_identity(request)).check_is_admin()
    # Not the global registry, which has what libraries count by themselves.
    registry = CollectorRegistry()
    registry.register(_StudioFigures(studio))
    ProcessCollector(registry=registry)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


class _StudioFigures(Collector):
    """The figures of one installation as they are now."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def collect(self) -> Iterator[Metric]:
        """Called once for each answer."""
        studio, figures = self._studio, self._studio.figures
        counts = studio.runs.count_by_status()
        live = GaugeMetricFamily("livewright_runs", "Runs that have not ended, by status", labels=["status"])
        for status in RunStatus:
            if status.is_live:
                live.add_metric([status.value], counts[status.value])
        yield live
        yield GaugeMetricFamily("livewright_readers", "Readers that wait for more of a run", value=studio.readers.count)
        ended = CounterMetricFamily(
            "livewright_runs_ended", "Runs that have ended since the start", labels=["status", "engine", "model"]
        )
        for key, count in figures.ended.items():
            ended.add_metric(key, count)
        yield ended
        tokens = CounterMetricFamily("livewright_tokens", "Tokens written in ended runs", labels=["engine", "model"])
        for names, count in figures.tokens.items():
            tokens.add_metric(names, count)
        yield tokens
        errors = CounterMetricFamily("livewright_run_errors", "Runs that failed, by code", labels=["code"])
        for code, count in figures.errors.items():
            errors.add_metric([code], count)
        yield errors
        trials = CounterMetricFamily("livewright_trials", "Versions tried on the server, by result", labels=["result"])
        for result, count in studio.trials.counts.items():
            trials.add_metric([result], count)
        yield trials
        yield CounterMetricFamily("livewright_reviews", "Versions reviewed", value=studio.reviews.count)
        yield _family("livewright_queue_wait_seconds", "From a run's start to its turn", figures.queue_wait)
        yield _family("livewright_first_piece_seconds", "From a run's turn to its first text", figures.first_piece)
        yield _family("livewright_piece_delay_seconds", "From a piece's arrival to its readers", figures.commit_delay)


def _family(name: str, text: str, histogram: Histogram) -> HistogramMetricFamily:
    return HistogramMetricFamily(name, text, buckets=histogram.cumulative, sum_value=histogram.total)
