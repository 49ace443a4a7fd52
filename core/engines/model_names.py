"""When two model names mean the same model: Ollama's rule, applied to every engine."""

LATEST_TAG = ":latest"


def is_same_model(one: str, other: str) -> bool:
    """Compare without case and surrounding blanks; a name without a tag has the tag ``latest``."""
    return without_latest(one).casefold() == without_latest(other).casefold()


def without_latest(name: str) -> str:
    """The name without surrounding blanks and without the tag that Ollama assumes."""
    name = name.strip()
    return name[: -len(LATEST_TAG)] if name.casefold().endswith(LATEST_TAG) else name
