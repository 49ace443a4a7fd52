"""The language a file is written in, by its name alone."""

from pathlib import PurePosixPath

LANGUAGES = {
    ".c": "c",
    ".cjs": "javascript",
    ".cpp": "cpp",
    ".cs": "csharp",
    ".css": "css",
    ".go": "go",
    ".gradle": "groovy",
    ".h": "c",
    ".hpp": "cpp",
    ".htm": "html",
    ".html": "html",
    ".java": "java",
    ".js": "javascript",
    ".json": "json",
    ".jsx": "jsx",
    ".kt": "kotlin",
    ".kts": "kotlin",
    ".less": "less",
    ".md": "markdown",
    ".mjs": "javascript",
    ".php": "php",
    ".properties": "properties",
    ".py": "python",
    ".rb": "ruby",
    ".rs": "rust",
    ".sass": "sass",
    ".scss": "scss",
    ".sh": "shell",
    ".sql": "sql",
    ".svelte": "svelte",
    ".svg": "xml",
    ".swift": "swift",
    ".toml": "toml",
    ".ts": "typescript",
    ".tsx": "tsx",
    ".vue": "vue",
    ".xml": "xml",
    ".yaml": "yaml",
    ".yml": "yaml",
}
"""Extension to language, as highlighters name it."""

NAMES = {
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
    "license": "text",
    "makefile": "makefile",
    "procfile": "text",
    "readme": "text",
}
"""Whole file names that say more than their extension, in lower case."""


def language_of(path: str) -> str:
    """The highlighter's name for the language of ``path``; ``text`` where the name tells nothing."""
    name = PurePosixPath(path).name.lower()
    return NAMES.get(name) or LANGUAGES.get(PurePosixPath(name).suffix, "text")


def is_known(name: str) -> bool:
    """Whether a file of this name is one that projects have, though it may have no extension."""
    name = name.lower()
    return name in NAMES or PurePosixPath(name).suffix in LANGUAGES
