"""Front ends: pages that are used in a browser, by their labels or by what anybody would try first."""

from core.catalog.stacks import Side
from tests.evaluation.case import Act, Case, Style


def _case(id: str, stack: str, style: Style, prompt: str, *checks: Act, is_quick: bool = False) -> Case:  # noqa: A002
    return Case(id, Side.FRONTEND, stack, style, prompt, checks, is_quick)


FRONT_ENDS = (
    _case(
        "shopping-list",
        "html",
        Style.PRECISE,
        "A shopping list. A text field with the label Item and a button Add; each item that is added stands in the "
        "list with a button Remove, which takes it away. Below it stands how many items there are, as in: 1 items.",
        Act("fill", "Item", "milk"),
        Act("click", "Add"),
        Act("see", "milk"),
        Act("see", "1 items"),
        Act("click", "Remove"),
        Act("miss", "milk"),
        is_quick=True,
    ),
    _case(
        "greeting",
        "html",
        Style.PRECISE,
        "A page with a text field labelled Name and a button Greet. Pressing it shows Hello, <name>! below.",
        Act("fill", "Name", "Ada"),
        Act("click", "Greet"),
        Act("see", "Hello, Ada!"),
    ),
    _case(
        "tip",
        "html",
        Style.PRECISE,
        "A tip calculator with number fields labelled Bill and Percent and a button Calculate. It shows Total: and the "
        "sum of bill and tip with two decimals.",
        Act("fill", "Bill", "50"),
        Act("fill", "Percent", "10"),
        Act("click", "Calculate"),
        Act("see", "55.00"),
    ),
    _case(
        "counter-page",
        "html",
        Style.PRECISE,
        "A counter that shows Count: 0, with buttons Plus, Minus and Reset.",
        Act("see", "Count: 0"),
        Act("click", "Plus"),
        Act("click", "Plus"),
        Act("see", "Count: 2"),
        Act("click", "Minus"),
        Act("see", "Count: 1"),
        Act("click", "Reset"),
        Act("see", "Count: 0"),
    ),
    _case(
        "word-count",
        "html",
        Style.PRECISE,
        "A page with a multi-line text field labelled Text that shows, while one types, Words: and how many.",
        Act("fill", "Text", "one two three"),
        Act("see", "Words: 3"),
    ),
    _case(
        "login-form",
        "html",
        Style.PRECISE,
        "A form with fields labelled Email and Password and a button Sign in. With an empty password it shows Password "
        "is required; otherwise it shows Welcome.",
        Act("fill", "Email", "a@b.example"),
        Act("click", "Sign in"),
        Act("see", "Password is required"),
        Act("fill", "Password", "secret"),
        Act("click", "Sign in"),
        Act("see", "Welcome"),
    ),
    _case(
        "todo-page",
        "html",
        Style.LOOSE,
        "a simple todo list",
        Act("fill", "", "buy milk"),
        Act("click", ""),
        Act("see", "buy milk"),
        is_quick=True,
    ),
    _case(
        "notes-page",
        "html",
        Style.LOOSE,
        "I want to write down short notes and see them",
        Act("fill", "", "call mum"),
        Act("click", ""),
        Act("see", "call mum"),
    ),
    _case("names-page", "react", Style.LOOSE, "collect the names of our team on a page"),
    _case("colors-page", "react", Style.LOOSE, "keep a list of my favourite colors and delete the ones I'm bored of"),
    _case("quiz-page", "vue", Style.LOOSE, "a small quiz about capitals with a score at the end"),
    _case("timer-page", "svelte", Style.LOOSE, "a timer that I can start, pause and reset"),
)
