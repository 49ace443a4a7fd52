"""The options of a run: what was typed becomes a request, or a sentence that says why not."""

import pytest

from core.catalog.stacks import Side
from core.errors import InvalidInput
from core.generation.run_request import MAX_ANSWER_TOKENS, MAX_SEED
from ui.components.sidebar.run_options import (
    ChosenOptions,
    parse_max_tokens,
    parse_seed,
    parse_temperature,
)


def test_nothing_typed_asks_for_the_defaults() -> None:
    request = ChosenOptions().to_run_request(Side.BACKEND)
    assert request.model is None
    assert (request.sampling.temperature, request.sampling.seed, request.sampling.max_tokens) == (None, None, None)
    assert request.include_context


def test_what_was_typed_is_asked_for() -> None:
    request = ChosenOptions("m", " 0,5 ", "7", "2,000", context=False).to_run_request(Side.FRONTEND)
    assert request.model == "m"
    assert (request.sampling.temperature, request.sampling.seed, request.sampling.max_tokens) == (0.5, 7, 2000)
    assert not request.include_context


def test_a_back_end_has_no_api_to_leave_out() -> None:
    assert ChosenOptions(context=False).to_run_request(Side.BACKEND).include_context


@pytest.mark.parametrize("typed", ["-0.1", "2.1", "nan", "inf", "warm"])
def test_a_wrong_temperature_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput, match="from 0"):
        parse_temperature(typed)


@pytest.mark.parametrize("typed", ["-1", "1.5", "x", str(MAX_SEED + 1), "٣", "9" * 30])
def test_a_wrong_seed_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput, match="seed"):
        parse_seed(typed)


@pytest.mark.parametrize("typed", ["0", "-1", str(MAX_ANSWER_TOKENS + 1), "many"])
def test_a_wrong_number_of_tokens_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput, match="tokens"):
        parse_max_tokens(typed)


def test_the_bounds_themselves_are_taken() -> None:
    assert (parse_temperature("0"), parse_temperature("2")) == (0, 2)
    assert (parse_seed("0"), parse_seed(str(MAX_SEED))) == (0, MAX_SEED)
    assert (parse_max_tokens("1"), parse_max_tokens(str(MAX_ANSWER_TOKENS))) == (1, MAX_ANSWER_TOKENS)


def test_the_summary_names_what_differs_from_the_defaults() -> None:
    assert ChosenOptions().summary == ""
    chosen = ChosenOptions("m", " 0.5", "7", "2000", context=False)
    assert chosen.summary == "m · temperature 0.5 · seed 7 · up to 2000 · without the API"
