"""The models that could be had: what each needs, and its fetching."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from core.engines.protocol import EngineName
from core.model_library.catalog import Offer
from core.model_library.pulls import Pull, Pulls
from ui.accounts import session
from ui.components.models.figures import needs_of
from ui.components.models.pull_row import PullRow
from ui.components.settings.rows import row, section
from ui.display_text import format_bytes
from ui.elements import box, button, guard_action, ignore_errors, notify_error, set_aria_label, text

PullStates = list[tuple[Pull, bool, bool]]
POLL_SECONDS = 1.0
"""Between two drawings of the progress of what is being fetched."""


class OfferedModels:
    """``show`` draws them; ``changed`` is called a moment after a pull has begun or ended, here or elsewhere."""

    def __init__(self, pulls: Pulls, changed: Callable[[], Awaitable[None]]) -> None:
        self._pulls = pulls
        self._changed = changed
        self._pull_rows: list[PullRow] = []
        self._drawn: PullStates = []
        self._offers: Sequence[Offer] = ()
        self._memory: int | None = None
        with section("Recommended for this machine") as actions:
            with actions:
                self._name = ui.input(placeholder="Another model by name").props("outlined dense hide-bottom-space")
                self._name.classes("lw-field lw-model-name").props["aria-label"] = "Another model by name"
                self._name.on("keydown.enter", guard_action(self._pull_by_name))
                button("Pull", self._pull_by_name, "small")
            self._rows = box("lw-settings-rows")
        ui.timer(POLL_SECONDS, ignore_errors(self._update))

    def show(self, offers: Sequence[Offer], memory: int | None, states: PullStates) -> None:
        """Draw these; ``states`` are the ``states`` of the pulls before the engines were asked for the offers.

        What has ended since may have changed the offers: they are asked for once more.
        """
        self._offers, self._memory, self._drawn = offers, memory, states
        self._draw()

    @property
    def states(self) -> PullStates:
        """The pulls, whether each is live, and whether it has a place here."""
        return [(pull, pull.end is None, pull.is_shown) for pull in self._pulls.latest]

    def _draw(self) -> None:
        """Draw what is not there yet, with what is fetched of it; first what has another name."""
        offers, memory = self._offers, self._memory
        shown = [pull for pull in self._pulls.latest if pull.is_shown]
        self._pull_rows = []
        self._rows.clear()
        with self._rows:
            missing = [offer for offer in offers if not offer.installed]
            for pull in shown:
                if not any(_is_for(pull, offer) for offer in missing):
                    self._draw_pull(pull, pull.model, "")
            for offer in missing:
                if found := next((pull for pull in shown if _is_for(pull, offer)), None):
                    self._draw_pull(found, offer.model.title, needs_of(offer, memory))
                else:
                    self._draw_offer(offer, memory)
            if not (missing or shown):
                with row("All of them are there", "Pull another model by its name."):
                    pass

    def _draw_offer(self, offer: Offer, memory: int | None) -> None:
        model = offer.model
        tag, kind = ("best fit", "ok") if offer.recommended else ("", "")
        with row(model.title, needs_of(offer, memory), tag, kind):
            text(model.parameters, "lw-settings-figure lw-model-size")
            size = format_bytes(model.size)
            if offer.fits is False:
                button("Does not fit", lambda: None, "small").disable()
            else:
                pull = button(
                    f"Pull {size}", lambda: self._start(model.engine, model.name), _variant(offer, self._has_live)
                )
                set_aria_label(pull, f"Pull {model.title}, {size}")

    def _draw_pull(self, pull: Pull, title: str, needs: str) -> None:
        self._pull_rows.append(
            PullRow(
                pull,
                title,
                pause=lambda: self._stop(pull, paused=True),
                resume=lambda: self._start(pull.engine, pull.model, pull.server),
                cancel=lambda: self._stop(pull, paused=False),
                shown=lambda end: end or needs,
            )
        )

    @property
    def _has_live(self) -> bool:
        return bool(self._pulls.live)

    async def _pull_by_name(self) -> None:
        name = (self._name.value or "").strip()
        if not name:
            notify_error("Write the model's name as in Ollama's library, such as qwen2.5-coder:7b.")
            return
        await self._start(EngineName.OLLAMA, name)
        if (self._name.value or "").strip() == name:  # and not the next one already
            self._name.set_value("")

    async def _start(self, engine: EngineName, model: str, server: str | None = None) -> None:
        admin = await session.page_admin()
        await self._pulls.start(engine, model, admin.user.id, server)
        # At once, without the engines: the next press is not heard before this one is done.
        self._draw()

    async def _stop(self, pull: Pull, *, paused: bool) -> None:
        await session.page_admin()
        await self._pulls.stop(pull.id)
        pull.is_paused, pull.is_shown = paused, paused
        self._draw()

    async def _update(self) -> None:
        """Draw the progress; all of it anew when something has begun or ended, here or elsewhere."""
        for each in self._pull_rows:
            each.update()
        if self.states != self._drawn:
            await self._changed()


def _is_for(pull: Pull, offer: Offer) -> bool:
    return pull.engine is offer.model.engine and offer.model.is_named(pull.model)


def _variant(offer: Offer, has_live: bool) -> str:
    return "small primary" if offer.recommended and not has_live else "small"
