"""How large a model is, by what its name tells. No I/O."""

import re

MAX_SMALL_BILLIONS = 3.5
"""What is sold as 3B has up to 3.4 billion parameters."""
_SIZE_IN_NAME = re.compile(r"(?<![a-z0-9.])(\d{1,4}(?:\.\d{1,3})?)([bm])(?![a-z0-9])", re.IGNORECASE)


def is_small(model: str) -> bool:
    """Whether a model has up to 3 billion parameters; False where its name does not tell."""
    billions = billions_in(model)
    return billions is not None and billions <= MAX_SMALL_BILLIONS


def format_parameters(count: int | None) -> str | None:
    """A number of parameters as ``7.6B`` or ``135M``; None where it is not known."""
    if not count:
        return None
    return f"{count / 1e9:.1f}B" if count >= 1e9 else f"{count / 1e6:.0f}M"


def billions_in(name: str) -> float | None:
    """The number in ``qwen2.5-coder:1.5b`` or ``smollm2:135m``, in billions."""
    match = _SIZE_IN_NAME.search(name)
    if match is None:
        return None
    return float(match[1]) / (1 if match[2].lower() == "b" else 1000)
