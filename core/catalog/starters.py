"""Example requirements: small enough for a small model, and concrete enough that it need not guess."""

from dataclasses import dataclass

from core.catalog.stacks import Side


@dataclass(frozen=True, slots=True)
class Starter:
    """A ready-made project: its name, its requirements in two or three sentences, and the side to begin with."""

    name: str
    prompt: str
    side: Side = Side.BACKEND


STARTERS: tuple[Starter, ...] = (
    Starter(
        "Todo list",
        "A todo list. A task has a title of 1 to 200 characters and is open or done; tasks can be added, renamed, "
        "checked off and deleted. Show how many are open, and filter by all, open and done.",
    ),
    Starter(
        "Guestbook",
        "A guestbook. A visitor leaves a name of up to 50 characters and a message of up to 500; both are required. "
        "Show all entries with name, message and time, the newest first, and how many there are.",
    ),
    Starter(
        "Expenses",
        "An expense tracker. An expense has an amount in euros above 0, a category (food, home, travel, fun, other), a "
        "date and an optional note; expenses can be added and deleted. List them, the newest first, and show the sum "
        "of each category and of all.",
    ),
    Starter(
        "Notes",
        "Simple notes. A note has a title and a text; notes can be added, edited and deleted, and each shows when it "
        "was changed last. List them, the newest change first, with a search in titles and texts.",
    ),
    Starter(
        "Quiz",
        "A quiz of ten general knowledge questions, each with four answers of which one is right. Show one question at "
        "a time, say after each answer whether it was right, and at the end the score with a button to play again.",
        Side.FRONTEND,
    ),
    Starter(
        "Tip calculator",
        "A tip calculator. Enter the bill, a tip of 0 to 30 percent, and the number of people, at least 1. Show the "
        "tip, the total and what each person pays, with two decimals, at once when anything changes.",
        Side.FRONTEND,
    ),
    Starter(
        "Unit converter",
        "A unit converter for length (m, km, mile, foot, inch), weight (g, kg, ounce, pound) and temperature (Celsius, "
        "Fahrenheit, Kelvin). Choose a kind, two units and a value, and show the result with up to four decimals. A "
        "button swaps the two units.",
        Side.FRONTEND,
    ),
    Starter(
        "Pomodoro timer",
        "A pomodoro timer: 25 minutes of work, then 5 minutes of break, in turns. Show the minutes and seconds left in "
        "large figures, with buttons to start, pause and reset. Count the finished rounds of work.",
        Side.FRONTEND,
    ),
)
