"""Files with a template language in them: what they become is not known before they are rendered."""

import re

from core.files.source_file import SourceFile

TEMPLATE_PATTERNS = {
    **dict.fromkeys(("css", "html", "javascript"), re.compile(r"\{%|<%|<\?(?!xml)|\{\{[#/>]")),
    "xml": re.compile(r"\{\{|\{%|<%"),
    "yaml": re.compile(r"(?<!\$)\{\{|\{%|<%"),
}
"""By language: Jinja, ERB and EJS, PHP, Handlebars. ``${{`` is an expression of GitHub Actions."""


def is_template(file: SourceFile) -> bool:
    """Whether a file is in its language only after a template engine has rendered it."""
    pattern = TEMPLATE_PATTERNS.get(file.language)
    return pattern is not None and pattern.search(file.text) is not None
