"""Commands that write a file from the lines after them: ``cat > main.py <<'EOF'``, ``Set-Content main.py @'``."""

import re
from dataclasses import dataclass

from core.files.markdown.names.path_hints import MAX_PATH_LINE_LENGTH, looks_like_path, may_be_path

_HEREDOC = re.compile(
    r"^\s*+(?:[$#] )?(?:sudo )?(?:mkdir -p [^&<]++&& )?(?P<before>(?:cat|tee)\b[^<]*+)<<(?P<dash>-?)\s*+"
    r"(?P<quote>[\"'\\]?)(?P<word>\w++)[\"']?+(?P<after>[^\n]*+)$"
)
_HERE_STRING = re.compile(
    r"^\s*+(?:PS [^>\n]*+> )?(?:Set-Content|Add-Content|Out-File|New-Item|sc|ni)\b(?P<before>[^@\n]*+)"
    r"@(?P<quote>[\"'])\s*+$",
    re.IGNORECASE,
)
"""PowerShell's, which ends with a line that begins with the quote and an ``@``."""
_POWERSHELL_PATH = re.compile(r"\s(?:-(?:Literal|File)?(?:Path|Name)\s++)?+(?!-)[\"']?([^\s\"']++)", re.IGNORECASE)
_TARGET = re.compile(r"(?:>\|?|\btee(?: -a)?)\s*+(?P<path>(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'>|&;]++)++)")
_VARIABLES = re.compile(r"^(?:\$\{?\w++\}?/)++")
"""A folder that the shell knows: in a project it is the root."""


@dataclass(frozen=True, slots=True)
class Heredoc:
    """The file that is written, and the pattern of the line that ends it."""

    path: str
    closing: re.Pattern[str]


def parse_heredoc(line: str) -> Heredoc | None:
    """The heredoc or here-string that a command begins; None for another line."""
    if len(line) <= MAX_PATH_LINE_LENGTH and (here := _HERE_STRING.match(line.rstrip("\n"))):
        path = _POWERSHELL_PATH.search(here["before"])
        closing = re.compile(rf"^{here['quote']}@.*\n?+\Z")
        return Heredoc(path[1], closing) if path and looks_like_path(path[1]) else None
    match = _HEREDOC.match(line.rstrip("\n")) if "<<" in line and len(line) <= MAX_PATH_LINE_LENGTH else None
    target = _TARGET.search(f"{match['before']} {match['after']}") if match else None
    if match is None or target is None:
        return None
    written = _VARIABLES.sub("", re.sub("[\"']", "", target["path"]))
    if not looks_like_path(written) and not may_be_path(written):
        return None
    indent = r"\t*+" if match["dash"] else ""
    return Heredoc(written, re.compile(rf"^{indent}{re.escape(match['word'])}[ \t]*+\n?+\Z"))
