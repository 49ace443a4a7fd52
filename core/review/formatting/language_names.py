"""The names of languages as people write them."""

DISPLAY_NAMES = {
    "cpp": "C++",
    "csharp": "C#",
    "css": "CSS",
    "graphql": "GraphQL",
    "hcl": "HCL",
    "html": "HTML",
    "javascript": "JavaScript",
    "json": "JSON",
    "jsx": "JSX",
    "php": "PHP",
    "powershell": "PowerShell",
    "protobuf": "Protocol Buffers",
    "sass": "Sass",
    "scss": "SCSS",
    "sql": "SQL",
    "toml": "TOML",
    "tsx": "TSX",
    "typescript": "TypeScript",
    "xml": "XML",
    "yaml": "YAML",
}


def display_name(language: str) -> str:
    """The name for people: ``csharp`` is C#, ``kotlin`` is Kotlin."""
    return DISPLAY_NAMES.get(language, language.capitalize())
