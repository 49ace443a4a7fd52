"""The data that an app holds in its modules, kept over a new version of its code: by name, where it has changed."""

import itertools
import pickle
import re
import sys
from copyreg import pickle as register_reducer
from types import ModuleType
from typing import Any

MAX_VALUE_BYTES = 16_000_000
PLAIN_TYPES = (dict, list, set, int, float, str, type(None), itertools.count)
DATA_MODULES = ("collections", "datetime", "decimal", "uuid")

Values = dict[tuple[str, str], bytes]
"""Module and name → the pickle of the value."""


def read_values(folder: str) -> Values:
    """The data in all modules below a folder; what cannot be pickled is left out."""
    values: Values = {}
    for module_name, module in list(sys.modules.items()):
        if not str(getattr(module, "__file__", None) or "").startswith(f"{folder}/"):
            continue
        for name, value in vars(module).items():
            if not name.startswith("__") and _is_data(value) and (pickled := _pickle(value)):
                values[module_name, name] = pickled
    return values


def changed_values(before: Values, now: Values) -> bytes:
    """What differs, as bytes for ``restore_values``; empty if nothing does."""
    changed = {key: value for key, value in now.items() if before.get(key) != value}
    return pickle.dumps(changed) if changed else b""


def restore_values(kept: bytes) -> None:
    """Put values back into the modules of another version, where it has something of that name and type."""
    saved: Values = pickle.loads(kept)  # noqa: S301  made by the app itself, in the same sandbox
    for (module_name, name), pickled in saved.items():
        module = sys.modules.get(module_name)
        if module is not None and hasattr(module, name):
            _put_back(module, name, pickled)


def _is_data(value: object) -> bool:
    return isinstance(value, PLAIN_TYPES) or type(value).__module__ in DATA_MODULES


def _pickle(value: object) -> bytes | None:
    try:
        pickled = pickle.dumps(value)
    except Exception:  # noqa: BLE001  any class of the app may raise anything
        return None
    return pickled if len(pickled) < MAX_VALUE_BYTES else None


def _put_back(module: ModuleType, name: str, pickled: bytes) -> None:
    try:
        value: Any = pickle.loads(pickled)  # noqa: S301  as above
    except Exception:  # noqa: BLE001  its class is gone, or another one now
        return
    current = getattr(module, name)
    if type(current) is not type(value) and current is not None:
        return
    # Into the container that is there: other modules may hold it too.
    if isinstance(current, dict | set):
        current.clear()
        current.update(value)
    elif isinstance(current, list):
        current[:] = value
    else:
        setattr(module, name, value)


def _reduce_count(counter: "itertools.count[int]") -> tuple[Any, tuple[int, ...]]:
    return itertools.count, tuple(int(number) for number in re.findall(r"-?\d+", repr(counter)))


register_reducer(itertools.count, _reduce_count)
