"""The language of a file by its name."""

from functools import lru_cache
from pathlib import PurePosixPath

LANGUAGE_BY_EXTENSION = {
    ".bash": "shell",
    ".bat": "text",
    ".c": "c",
    ".cc": "cpp",
    ".cfg": "properties",
    ".cjs": "javascript",
    ".conf": "text",
    ".cpp": "cpp",
    ".cs": "csharp",
    ".css": "css",
    ".csv": "text",
    ".cts": "typescript",
    ".dart": "dart",
    ".ejs": "html",
    ".env": "shell",
    ".ex": "elixir",
    ".exs": "elixir",
    ".go": "go",
    ".gradle": "groovy",
    ".graphql": "graphql",
    ".h": "c",
    ".hbs": "html",
    ".hpp": "cpp",
    ".htm": "html",
    ".html": "html",
    ".ini": "properties",
    ".j2": "html",
    ".java": "java",
    ".js": "javascript",
    ".json": "json",
    ".jsx": "jsx",
    ".kt": "kotlin",
    ".kts": "kotlin",
    ".less": "less",
    ".lock": "text",
    ".lua": "lua",
    ".md": "markdown",
    ".mjs": "javascript",
    ".mts": "typescript",
    ".php": "php",
    ".properties": "properties",
    ".proto": "protobuf",
    ".ps1": "powershell",
    ".py": "python",
    ".r": "r",
    ".rb": "ruby",
    ".rs": "rust",
    ".sass": "sass",
    ".scala": "scala",
    ".scss": "scss",
    ".sh": "shell",
    ".sql": "sql",
    ".svelte": "svelte",
    ".svg": "xml",
    ".swift": "swift",
    ".tf": "hcl",
    ".toml": "toml",
    ".ts": "typescript",
    ".tsx": "tsx",
    ".txt": "text",
    ".vue": "vue",
    ".xml": "xml",
    ".yaml": "yaml",
    ".yml": "yaml",
}
"""By extension; the names are those of syntax highlighters."""

LANGUAGE_BY_FILE_NAME = {
    ".babelrc": "json",
    ".dockerignore": "text",
    ".editorconfig": "properties",
    ".env": "shell",
    ".env.example": "shell",
    ".eslintrc": "json",
    ".gitignore": "text",
    ".prettierrc": "json",
    "containerfile": "dockerfile",
    "dockerfile": "dockerfile",
    "gemfile": "ruby",
    "go.mod": "go",
    "go.sum": "text",
    "makefile": "makefile",
    "procfile": "text",
}
"""By whole file name, in lower case; it counts before the extension."""

EXTENSIONS_BY_PREFERENCE = (
    *((f".{tag}", LANGUAGE_BY_EXTENSION[f".{tag}"]) for tag in ("js", "ts", "html", "yml", "sh")),
    *LANGUAGE_BY_EXTENSION.items(),
)
"""For a language with several extensions, the usual one comes first."""

LANGUAGE_ALIASES = {
    "c#": "csharp",
    "c++": "cpp",
    "cmd": "shell",
    "console": "shell",
    "docker": "dockerfile",
    "golang": "go",
    "plain": "text",
    "plaintext": "text",
    "powershell": "shell",
    "shell-session": "shell",
    "shellscript": "shell",
    "terminal": "shell",
    "zsh": "shell",
}
"""What models write after a fence, where it is neither the name of a language nor an extension."""

LANGUAGE_FAMILIES = (
    frozenset({"javascript", "typescript", "jsx", "tsx"}),
    frozenset({"html", "vue", "svelte", "xml"}),
    frozenset({"css", "scss", "sass", "less"}),
    frozenset({"shell", "dockerfile", "makefile"}),
)
"""Languages that models confuse when they name the language of a block."""


@lru_cache(maxsize=1024)
def language_of(path: str) -> str:
    """The language of a path; ``text`` where the name does not tell."""
    name = PurePosixPath(path).name.lower()
    return LANGUAGE_BY_FILE_NAME.get(name) or LANGUAGE_BY_EXTENSION.get(PurePosixPath(name).suffix, "text")


def language_of_tag(tag: str) -> str:
    """The language that the word after a fence means: ``py`` is python; empty for an empty word."""
    tag = tag.lower()
    return LANGUAGE_ALIASES.get(tag) or LANGUAGE_BY_EXTENSION.get(f".{tag}") or tag


def suffix_of(name: str) -> str:
    """The extension of a file's name with its dot, as pathlib has it, at a tenth of the cost: each word is asked."""
    dot = name.rfind(".")
    return name[dot:] if 0 < dot < len(name) - 1 else ""


def is_source_name(name: str) -> bool:
    """Whether a file of this name is source text, by its extension or the whole name."""
    name = name.lower()
    return name in LANGUAGE_BY_FILE_NAME or suffix_of(name) in LANGUAGE_BY_EXTENSION


def are_compatible(one: str, other: str) -> bool:
    """Whether a block tagged ``one`` can be a file of the language ``other``; an unknown language fits everything."""
    if "" in (one, other) or "text" in (one, other):
        return True
    return one == other or any({one, other} <= family for family in LANGUAGE_FAMILIES)


def extension_of(language: str) -> str:
    """The usual extension of a language, with its dot; ``.txt`` where it has none."""
    return next((suffix for suffix, name in EXTENSIONS_BY_PREFERENCE if name == language), ".txt")
