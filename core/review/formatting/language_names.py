"""Languages as people write their names."""

NAMES = {
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


def name_of(language: str) -> str:
    """``csharp`` is C#, ``kotlin`` is Kotlin."""
    return NAMES.get(language, language.capitalize())
