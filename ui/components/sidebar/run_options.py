"""The options of the next run: model, temperature, seed, length. They are kept for this browser, and folded away."""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from nicegui import app, ui

from core.catalog.stacks import Side
from core.engines.protocol import Sampling
from core.errors import InvalidInput
from core.generation.run_request import DEFAULT_TEMPERATURE, MAX_ANSWER_TOKENS, MAX_SEED, MAX_TEMPERATURE, RunRequest
from core.studio import Studio
from ui.elements import box, on_event, set_aria_state, set_visible, text, toggle_class
from ui.fields import select_field, text_field
from ui.layout import ENGINE_LABELS

_STORAGE_KEY = "options"
TEXT_FIELDS = ("model", "temperature", "seed", "longest")


@dataclass(frozen=True, slots=True)
class ChosenOptions:
    """The options as they were typed; empty for the default."""

    model: str = ""
    temperature: str = ""
    seed: str = ""
    longest: str = ""
    context: bool = True

    def to_run_request(self, side: Side) -> RunRequest:
        """The request for a run of this side. Raises InvalidInput with a sentence for a wrong value."""
        sampling = Sampling(parse_temperature(self.temperature), parse_seed(self.seed), parse_max_tokens(self.longest))
        return RunRequest(
            model=self.model or None, sampling=sampling, include_context=self.context or side is Side.BACKEND
        )

    @property
    def summary(self) -> str:
        """The options that differ from their defaults: ``m · temperature 0.5``."""
        labelled_values = {"": self.model, "temperature ": self.temperature, "seed ": self.seed, "up to ": self.longest}
        parts = [f"{word}{value.strip()}" for word, value in labelled_values.items() if value.strip()]
        if not self.context:
            parts.append("without the API")
        return " · ".join(parts)


class OptionsPanel(ui.element):
    """Opens to the fields; the list of models is read each time."""

    def __init__(self, studio: Studio) -> None:
        super().__init__("div")
        self.classes("lw-options")
        self._studio = studio
        stored = load_options()
        with self:
            self._toggle_button = box("lw-row-btn", "button").props("type=button aria-expanded=false")
            with self._toggle_button:
                text("Options", tag="b")
                self._summary = text(stored.summary, "lw-options-summary")
            on_event(self._toggle_button, "click", self._toggle)
            with box("lw-options-body"):
                with box(""):
                    self._model = select_field("Model", {"": "Default", **_model_option(stored.model)}, stored.model)
                with box("lw-three-columns"):
                    self._temperature = _number_field(
                        "Temperature", stored.temperature, str(DEFAULT_TEMPERATURE), parse_temperature
                    )
                    self._seed = _number_field("Seed", stored.seed, "random", parse_seed)
                    self._max_tokens = _number_field("Most tokens", stored.longest, "no limit", parse_max_tokens)
                self._error_text = text("", "lw-form-error", "p").props("role=alert")
                self._context_switch = ui.switch("Tell the front end the back end's API", value=stored.context)
                self._context_switch.classes("lw-toggle").props("dense")
        for line in (self._model, self._temperature, self._seed, self._max_tokens, self._context_switch):
            line.on_value_change(self._save)
        self._validate()

    @property
    def model(self) -> str:
        """The chosen model; empty for the default."""
        return str(self._model.value or "")

    def run_request(self, side: Side) -> RunRequest:
        """The request for a run of this side. For a wrong value it opens the panel, and raises InvalidInput."""
        try:
            return self._read_options().to_run_request(side)
        except InvalidInput:
            self._set_open(is_open=True)
            raise

    def select(self, side: Side) -> None:
        """Show the options of this side."""
        set_visible(self._context_switch, side is Side.FRONTEND)

    async def open_models(self) -> None:
        """Open the panel at the choice of a model."""
        self._set_open(is_open=True)
        await self._load_models()
        self._model.run_method("focus")

    async def _toggle(self) -> None:
        is_open = "open" not in self.classes
        self._set_open(is_open=is_open)
        if is_open:
            await self._load_models()

    def _set_open(self, *, is_open: bool) -> None:
        toggle_class(self, "open", is_open)
        set_aria_state(self._toggle_button, "aria-expanded", on=is_open)

    async def _load_models(self) -> None:
        """List the models that can be used now; a chosen one that cannot stays in the list."""
        current = await self._studio.engines.default_engine()
        options = {"": f"Default ({current.default_model})"}
        for model in await self._studio.engines.models():
            options.setdefault(model.name, f"{model.name} · {ENGINE_LABELS[model.engine]}")
        chosen_model = self.model
        if chosen_model not in options:
            options[chosen_model] = f"{chosen_model} · not there now"
        self._model.set_options(options, value=chosen_model)

    def _save(self) -> None:
        chosen = self._read_options()
        self._summary.set_text(chosen.summary)
        self._validate()
        app.storage.user[_STORAGE_KEY] = asdict(chosen)

    def _validate(self) -> None:
        """Show what is wrong with the numbers, below all three: one field is too narrow for a sentence."""
        messages = []
        for input_field in (self._temperature, self._seed, self._max_tokens):
            input_field.validate()
            set_aria_state(input_field, "aria-invalid", on=bool(input_field.error))
            if input_field.error:
                messages.append(input_field.error)
        self._error_text.set_text("\n".join(messages))
        set_visible(self._error_text, messages)
        toggle_class(self._summary, "invalid", messages)

    def _read_options(self) -> ChosenOptions:
        return ChosenOptions(
            model=self.model,
            temperature=self._temperature.value or "",
            seed=self._seed.value or "",
            longest=self._max_tokens.value or "",
            context=bool(self._context_switch.value),
        )


def saved_run_request(side: Side) -> RunRequest:
    """The request for a run of this side by what this browser chose before, as far as that is of use."""
    try:
        return load_options().to_run_request(side)
    except InvalidInput:
        return RunRequest()


def load_options() -> ChosenOptions:
    """What this browser chose before; anything of another form counts as nothing."""
    # From a file that an earlier version may have written.
    stored: Any = app.storage.user.get(_STORAGE_KEY)
    if not isinstance(stored, Mapping):
        return ChosenOptions()
    model, temperature, seed, longest = (str(stored.get(name) or "") for name in TEXT_FIELDS)
    return ChosenOptions(model, temperature, seed, longest, stored.get("context") is not False)


def _model_option(model: str) -> dict[str, str]:
    return {model: model} if model else {}


def _number_field(label: str, value: str, placeholder: str, parse: Callable[[str], object]) -> ui.input:
    def validate(typed: str | None) -> str | None:
        try:
            parse(typed or "")
        except InvalidInput as error:
            return error.message
        return None

    with box(""):
        # No ``type=number``: a browser then hides what it cannot read, and nothing could be said about it.
        element = text_field(label, value, placeholder=placeholder, inputmode="decimal").props("no-error-icon")
        element.validation = validate
        return element


def parse_temperature(typed: str) -> float | None:
    """From 0 to ``MAX_TEMPERATURE``, with a point or a comma; None for the default. Raises InvalidInput."""
    if not typed.strip():
        return None
    try:
        value = float(typed.strip().replace(",", "."))
    except ValueError:
        value = math.nan
    if not 0 <= value <= MAX_TEMPERATURE:
        raise InvalidInput.for_field(
            "temperature", f"The temperature is a number from 0 (the same each time) to {MAX_TEMPERATURE} (wild)."
        )
    return value


def parse_seed(typed: str) -> int | None:
    """From 0 to ``MAX_SEED``; None for a random one. Raises InvalidInput."""
    message = f"The seed is a whole number from 0 to {MAX_SEED:,}; leave it empty for another one each time."
    return _parse_integer(typed, "seed", 0, MAX_SEED, message)


def parse_max_tokens(typed: str) -> int | None:
    """From 1 to ``MAX_ANSWER_TOKENS``; None for no limit. Raises InvalidInput."""
    message = f"The most tokens are a whole number from 1 to {MAX_ANSWER_TOKENS:,}; leave it empty for no limit."
    return _parse_integer(typed, "max_tokens", 1, MAX_ANSWER_TOKENS, message)


def _parse_integer(typed: str, name: str, minimum: int, maximum: int, message: str) -> int | None:
    digits = typed.strip().replace(",", "")
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit() and len(digits) < 12 and minimum <= int(digits) <= maximum):
        raise InvalidInput.for_field(name, message)
    return int(digits)
