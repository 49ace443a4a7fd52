"""Back ends as people ask for them: which routes there are is the model's choice."""

from core.catalog.stacks import Side
from tests.evaluation.case import Answers, Case, Style


def _case(id: str, stack: str, prompt: str, *methods: str, is_quick: bool = False) -> Case:  # noqa: A002
    checks = tuple(Answers(method, methods.count(method)) for method in dict.fromkeys(methods))
    return Case(id, Side.BACKEND, stack, Style.LOOSE, prompt, checks, is_quick)


LOOSE_BACK_ENDS = (
    _case(
        "todo",
        "fastapi",
        "todo list backend, add tasks, tick them off, delete them",
        "POST",
        "GET",
        "DELETE",
        is_quick=True,
    ),
    _case(
        "guestbook",
        "fastapi",
        "I need the server for a guestbook where visitors leave their name and a message.",
        "POST",
        "GET",
    ),
    _case(
        "expenses",
        "fastapi",
        "track what I spend: amount, category, date. show the total per category",
        "POST",
        "GET",
        "GET",
    ),
    _case(
        "contacts", "fastapi", "An address book with name, phone and mail, and a search by name.", "POST", "GET", "GET"
    ),
    _case(
        "recipes",
        "flask",
        "recipe collection, each recipe has ingredients and steps, I want to edit and delete them too",
        "POST",
        "GET",
        "DELETE",
    ),
    _case("library", "flask", "lend books to friends, remember who has which book and get them back", "POST", "GET"),
    _case("scores", "flask", "high score list for my game, keep the ten best", "POST", "GET", is_quick=True),
    _case(
        "bookings",
        "fastapi",
        "Rooms in our office can be booked for an hour; no room twice at the same time.",
        "POST",
        "GET",
    ),
)
