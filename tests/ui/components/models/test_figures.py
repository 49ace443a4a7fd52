"""A model's figures in words."""

import pytest

from core.engines.protocol import EngineName, ModelInfo, PullProgress
from core.model_library.catalog import CATALOG, Offer
from ui.components.models.figures import details_of, fraction_of, needs_of, progress_of, title_of

GB = 10**9


def test_a_model_of_the_catalogue_has_a_plain_name() -> None:
    info = ModelInfo("qwen2.5-coder", EngineName.OLLAMA, 32768, 1, "http://h", "7.6B", "Q4_K_M")
    assert title_of(info) == "Qwen2.5-Coder 7B"
    assert (
        details_of(info, names_server=True)
        == "qwen2.5-coder · Ollama at http://h · 7.6B · Q4_K_M · window of 32,768 tokens"
    )
    assert "http" not in details_of(info, names_server=False)
    unknown = ModelInfo("x", EngineName.EMBEDDED)
    assert (title_of(unknown), details_of(unknown, names_server=True)) == ("x", "built in")


@pytest.mark.parametrize(("fits", "words"), [(True, "Ollama, "), (False, "2.0 GB are there"), (None, "Ollama, ")])
def test_what_does_not_fit_says_why(fits: bool | None, words: str) -> None:
    said = needs_of(Offer(CATALOG[4], fits, recommended=False, installed=False), 2 * GB)
    assert words in said
    assert "GB of memory" in said
    assert "Apache-2.0" in said


@pytest.mark.parametrize(
    ("progress", "words", "fraction"),
    [
        (PullProgress("pulling manifest"), "Pulling manifest", 0),
        (PullProgress("pulling x", GB, 4 * GB), "1.0 GB of 4.0 GB", 0.25),
        (PullProgress("pulling x", None, 4 * GB), "0 MB of 4.0 GB", 0),
    ],
)
def test_progress_in_words(progress: PullProgress, words: str, fraction: float) -> None:
    assert (progress_of(progress), fraction_of(progress)) == (words, fraction)
