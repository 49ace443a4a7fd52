"""Files with a template language in them: what they become is not known before they are rendered."""

import re

from core.files.source_file import SourceFile

TEMPLATE_PATTERNS = {
    "css": re.compile(r"\{%|<%|<\?(?!xml)|\{\{[#/>]"),
    # Of Jinja also statements that take a line, and expressions in the place of attributes.
    "html": re.compile(
        r"\{%|<%|<\?(?!xml)|\{\{[#/>]|<[a-z][\w-]*+\$|^[^\S\n]*+#[^\S\n]*+(?:end)?(?:if|for|block|extends|include|call)\b",
        re.MULTILINE,
    ),
    "javascript": re.compile(r"\{%|<%|<\?(?!xml)|\{\{[#/>]|\{\{[a-z]+-[a-z]"),
    **dict.fromkeys(("jsx", "tsx", "typescript", "vue"), re.compile("<%")),
    "xml": re.compile(r"\{\{|\{%|<%"),
    "yaml": re.compile(r"(?<!\$)\{\{|\{%|<%"),
}
"""By language: Jinja, ERB and EJS, PHP, Handlebars. ``${{`` is an expression of GitHub Actions."""


def is_template(file: SourceFile) -> bool:
    """Whether a file is in its language only after a template engine has rendered it."""
    pattern = TEMPLATE_PATTERNS.get(file.language)
    return pattern is not None and pattern.search(file.text) is not None
