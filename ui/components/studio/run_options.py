"""How the next run is written: which model, how freely, how long. Kept for this browser, and folded away."""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from nicegui import app, ui

from core.catalog.stacks import Side
from core.engines.protocol import Sampling
from core.errors import Invalid
from core.generation.run_request import TEMPERATURE, Order
from core.studio import Studio
from ui.elements import box, choice, field, listen, see, text
from ui.layout import ENGINES

_KEPT = "options"
WORDS = ("model", "temperature", "seed", "longest")
LARGEST_SEED = 2**31 - 1
LARGEST_ANSWER = 1_000_000


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was typed, as it was typed."""

    model: str = ""
    temperature: str = ""
    seed: str = ""
    longest: str = ""
    context: bool = True

    def order(self, side: Side) -> Order:
        """What a run of this side is asked to do. Raises Invalid with a sentence for what cannot be."""
        sampling = Sampling(_temperature(self.temperature), _seed(self.seed), _longest(self.longest))
        return Order(model=self.model or None, sampling=sampling, context=self.context or side is Side.BACKEND)

    @property
    def summary(self) -> str:
        """What differs from how it is without any choice."""
        said = {"": self.model, "temperature ": self.temperature, "seed ": self.seed, "up to ": self.longest}
        parts = [f"{word}{value.strip()}" for word, value in said.items() if value.strip()]
        return " · ".join([*parts, *["without the API"] * (not self.context)])


class Options(ui.element):
    """The models are looked up anew whenever it is opened."""

    def __init__(self, studio: Studio) -> None:
        super().__init__("div")
        self.classes("lw-options")
        self._studio = studio
        kept = _kept()
        with self:
            self._title = box("lw-more", "button").props("type=button aria-expanded=false")
            with self._title:
                text("Options", tag="b")
                self._summary = text(kept.summary, "lw-summary")
            listen(self._title, "click", self._turn)
            with box("lw-options-body"):
                with box(""):
                    self._model = choice("Model", {"": "Default", **_named(kept.model)}, kept.model)
                with box("lw-three"):
                    self._temperature = _figure("Temperature", kept.temperature, str(TEMPERATURE), _temperature)
                    self._seed = _figure("Seed", kept.seed, "random", _seed)
                    self._longest = _figure("Most tokens", kept.longest, "no limit", _longest)
                self._wrong = text("", "lw-error", "p").props("role=alert")
                self._context = ui.switch("Tell the front end the back end's API", value=kept.context)
                self._context.classes("lw-toggle").props("dense")
        for line in (self._model, self._temperature, self._seed, self._longest, self._context):
            line.on_value_change(self._keep)
        self._judge()

    def order(self, side: Side) -> Order:
        """What a run of this side is asked to do. Raises Invalid with a sentence, and shows where to mend it."""
        try:
            return self._chosen().order(side)
        except Invalid:
            self._open(is_open=True)
            raise

    def select(self, side: Side) -> None:
        """This side is in front."""
        see(self._context, side is Side.FRONTEND)

    async def _turn(self) -> None:
        is_open = "open" not in self.classes
        self._open(is_open=is_open)
        if is_open:
            await self._look()

    def _open(self, *, is_open: bool) -> None:
        self.classes(add="open" if is_open else "", remove="" if is_open else "open")
        self._title.props(f"aria-expanded={str(is_open).lower()}")

    async def _look(self) -> None:
        """See which models there are now."""
        current = await self._studio.engines.current()
        found = {"": f"Default ({current.default_model})"}
        for model in await self._studio.engines.models():
            found.setdefault(model.name, f"{model.name} · {ENGINES[model.engine]}")
        chosen = str(self._model.value or "")
        if chosen not in found:
            found[chosen] = f"{chosen} · not there now"
        self._model.set_options(found, value=chosen)

    def _keep(self) -> None:
        chosen = self._chosen()
        self._summary.say(chosen.summary)
        self._judge()
        app.storage.user[_KEPT] = asdict(chosen)

    def _judge(self) -> None:
        """Say what cannot be, as it is typed; below all three, since one alone is too narrow for a sentence."""
        wrong = []
        for line in (self._temperature, self._seed, self._longest):
            line.validate()
            line.props(f"aria-invalid={str(bool(line.error)).lower()}")
            wrong += [line.error] if line.error else []
        self._wrong.say("\n".join(wrong))
        see(self._wrong, wrong)
        self._summary.classes(add="lw-bad" if wrong else "", remove="" if wrong else "lw-bad")

    def _chosen(self) -> Chosen:
        return Chosen(
            model=str(self._model.value or ""),
            temperature=self._temperature.value or "",
            seed=self._seed.value or "",
            longest=self._longest.value or "",
            context=bool(self._context.value),
        )


def _kept() -> Chosen:
    """What this browser chose before; what is not of the kind is none."""
    stored: Any = app.storage.user.get(_KEPT)
    if not isinstance(stored, Mapping):
        return Chosen()
    model, temperature, seed, longest = (str(stored.get(name) or "") for name in WORDS)
    return Chosen(model, temperature, seed, longest, stored.get("context") is not False)


def _named(model: str) -> dict[str, str]:
    return {model: model} if model else {}


def _figure(label: str, value: str, none: str, read: Callable[[str], object]) -> ui.input:
    def mistake(typed: str | None) -> str | None:
        try:
            read(typed or "")
        except Invalid as error:
            return error.message
        return None

    with box(""):
        line = field(label, value, placeholder=none, inputmode="decimal").props("no-error-icon")
        line.validation = mistake
        return line


def _temperature(typed: str) -> float | None:
    if not typed.strip():
        return None
    try:
        value = float(typed.strip().replace(",", "."))
    except ValueError:
        value = math.nan
    if not 0 <= value <= 2:
        raise Invalid.of("temperature", "The temperature is a number from 0 (the same each time) to 2 (wild).")
    return value


def _seed(typed: str) -> int | None:
    sentence = f"The seed is a whole number from 0 to {LARGEST_SEED:,}; leave it empty for another one each time."
    return _whole(typed, "seed", 0, LARGEST_SEED, sentence)


def _longest(typed: str) -> int | None:
    sentence = f"The most tokens are a whole number from 1 to {LARGEST_ANSWER:,}; leave it empty for no limit."
    return _whole(typed, "max_tokens", 1, LARGEST_ANSWER, sentence)


def _whole(typed: str, name: str, least: int, most: int, sentence: str) -> int | None:
    digits = typed.strip().replace(",", "")
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit() and len(digits) < 12 and least <= int(digits) <= most):
        raise Invalid.of(name, sentence)
    return int(digits)
