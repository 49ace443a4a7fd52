"""Ids that two elements of a page have: every lookup finds the first of them."""

import re
from collections.abc import Iterator

from core.files.html import EndTag, StartTag, UnfinishedTag, read_html
from core.files.source_file import SourceFile
from core.review.checking.problem import Problem, ProblemKind, problem_at
from core.review.checking.project_files import ProjectFiles
from core.review.checking.templates import is_template

ALTERNATIVES = re.compile(
    r"\*ng|\bng-|\bv-|\bx-|\bth:|\bdata-th-|@(?:if|for|switch)\b|\{\{|\$\{|<%|<!--\[if", re.IGNORECASE
)
"""What shows a part of a page or another: both may have the same id."""
PLAIN_ID = re.compile(r"[\w-]+")
INERT_ELEMENTS = frozenset({"noscript", "template"})


class DuplicateIds:
    """Ids that are given twice in a page."""

    def find_problems(self, file: SourceFile, _: ProjectFiles, /) -> Iterator[Problem]:
        """One problem for the second element of each such id."""
        if file.language != "html" or is_template(file) or ALTERNATIVES.search(file.text):
            return
        seen: dict[str, int] = {}
        inert = 0
        for token in read_html(file.text):
            if isinstance(token, UnfinishedTag):
                return
            if isinstance(token, StartTag | EndTag) and token.name.lower() in INERT_ELEMENTS:
                inert = max(inert + (1 if isinstance(token, StartTag) else -1), 0)
            if not isinstance(token, StartTag) or inert:
                continue
            element_id = token.attribute("id")
            if PLAIN_ID.fullmatch(element_id):
                seen[element_id] = seen.get(element_id, 0) + 1
                if seen[element_id] == 2:
                    message = f"Another element has the id `{element_id}` already."
                    yield problem_at(file.text, token.start, message, ProblemKind.ELEMENT)
