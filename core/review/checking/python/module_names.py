"""Names that are imported from a module of the project which has no such name."""

import re
from collections.abc import Sequence

from core.review.checking.project_files import ProjectFiles, once_per_project

DYNAMIC_NAMES = re.compile(
    r"\bimport\s*\(?\s*\*|\b__getattr__\b|\bglobals\b|\bvars\b|\bsetattr\b|\bexec\b|\beval\b|\b__dict__\b|\bsys\.modules\b"
    r"|\blocals\b|\b__path__\b|\bmodulefinder\b|\bcffi\b|\blazy\w*\b",
    re.IGNORECASE,
)
"""With these a module may get names that do not stand in it."""


def missing_name(folder: str, module: Sequence[str], names: Sequence[str], project: ProjectFiles) -> str | None:
    """A sentence about the first name that a module lacks; None where it has all, or may have them.

    ``folder`` is where the import begins. Of a module only the text is known: what occurs in it anywhere may be a name.
    """
    path = f"{'/'.join([*filter(None, [folder]), *module])}.py"
    if not module or path.removesuffix(".py") in project.folders or f"{path}i" in project.paths:
        return None
    words = _words_of_module(project, path)
    absent = (name for name in names if name.isidentifier() and name not in words and not name.startswith("__"))
    missing = next(absent, None) if words else None
    return f"`{path}` has no `{missing}`." if missing else None


@once_per_project
def _words_of_module(project: ProjectFiles, path: str) -> frozenset[str]:
    """All words of a module; empty where it is not known, or may have other names."""
    text = project.texts.get(path, "")
    # An empty module is one that is still to be written.
    return frozenset(re.findall(r"\w+", text)) if text.strip() and not DYNAMIC_NAMES.search(text) else frozenset()
