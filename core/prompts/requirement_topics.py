"""Whether a requirement speaks of a topic: then the stack's default for it is left out. No I/O."""

import re
from collections.abc import Mapping, Sequence

from core.catalog.stacks import Side, Stack, Topic

TOPIC_WORDS: Mapping[Topic, re.Pattern[str]] = {
    topic: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for topic, words in {
        Topic.STORAGE: r"sql\w*|postgres\w*|mysql|mariadb|mongo\w*|redis|tinydb|peewee|orm|databases?|db|persist\w*"
        r"|in[- ]memory|(?:local|session)[ -]?storage|indexeddb|(?:json|csv|text) files?"
        r"|survives? (?:a|the|every) (?:restart|reload)",
        Topic.IDS: r"uuids?|guids?|nanoid|\w+_id|identifiers?|slugs?|primary keys?",
        Topic.PACKAGES: r"bootstrap|tailwind\w*|bulma|axios|(?:react|vue)[ -]router|redux|zustand|pinia|vuex|jquery"
        r"|chart\.?js|d3|three\.?js|leaflet|material[ -]ui|dompurify|npm|cdn|gorilla",
    }.items()
}
"""By topic, the words that speak of it."""
REMOTE_DATA = re.compile(r"\b(?:fetch\w*|endpoints?|api|back[ -]?end|server)\b", re.IGNORECASE)
"""In a front end's requirement: the data is kept elsewhere."""


def open_defaults(stack: Stack, requirement: str, *, has_back_end: bool = False) -> Sequence[str]:
    """The default rules of a stack that a requirement leaves open, in their order.

    ``has_back_end`` says that a front end has one to call, which keeps its data.
    """
    decided = {topic for topic in Topic if decides(requirement, topic, stack.side)}
    if has_back_end:
        decided.add(Topic.STORAGE)
    return [each.rule for each in stack.defaults if each.topic not in decided]


def decides(requirement: str, topic: Topic, side: Side) -> bool:
    """Whether a requirement for a side speaks of a topic."""
    keeps_data_elsewhere = topic is Topic.STORAGE and side is Side.FRONTEND and REMOTE_DATA.search(requirement)
    return bool(keeps_data_elsewhere or TOPIC_WORDS[topic].search(requirement))
