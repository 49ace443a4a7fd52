"""Files with a template language in them: what they become is not known before they are rendered."""

import re

from core.files.source_file import SourceFile

TEMPLATE_PATTERNS = {
    "css": re.compile(r"\{%|<%|<\?(?!xml)|\{\{"),
    # Not in a string: texts for people may have places for names.
    "json": re.compile(r"^[^\S\n]*+(?:\{[%#]|<%|\{\{)|\"\{#|:[^\S\n]*+\{\{(?!\s*+\")", re.MULTILINE),
    # Of Jinja also statements that take a line, and expressions in the place of attributes.
    "html": re.compile(
        r"\{%|<%|<\?(?!xml)|\{\{[#/>]|<[a-z][\w-]*+\$|^[^\S\n]*+#[^\S\n]*+(?:end)?(?:if|for|block|extends|include|call)\b",
        re.MULTILINE,
    ),
    # Of Jinja's expressions those that no object in JSX can be: with a dot or a filter.
    "javascript": re.compile(r"\{%|<%|<\?(?!xml)|\{\{[#/>]|\{\{[a-z]+-[a-z]|\{\{[^\S\n]*+\w++(?:\.\w|[^\S\n]*+\|)"),
    **dict.fromkeys(("jsx", "tsx", "typescript", "vue"), re.compile("<%")),
    "xml": re.compile(r"\{\{|\{%|<%"),
    "yaml": re.compile(r"(?<!\$)\{\{|\{%|<%"),
}
"""By language: Jinja, ERB and EJS, PHP, Handlebars. ``${{`` is an expression of GitHub Actions."""

RENDERED_IN_TEMPLATE_FOLDERS = frozenset({"css", "javascript", "json"})
"""Languages that have no expressions in double braces, but objects that look alike."""


def is_template(file: SourceFile) -> bool:
    """Whether a file is in its language only after a template engine has rendered it."""
    pattern = TEMPLATE_PATTERNS.get(file.language)
    if file.language in RENDERED_IN_TEMPLATE_FOLDERS and "templates/" in file.path and "{{" in file.text:
        return True
    return pattern is not None and pattern.search(file.text) is not None
