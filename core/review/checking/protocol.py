"""What every check is."""

from collections.abc import Iterable
from typing import Protocol

from core.files.source_file import SourceFile
from core.review.checking.problem import Problem
from core.review.checking.project_files import ProjectFiles


class Check(Protocol):
    """Finds problems in files without running them. It keeps no state, so that one instance serves all projects."""

    def find_problems(self, file: SourceFile, project: ProjectFiles, /) -> Iterable[Problem]:
        """The problems of ``file``, a file of ``project``, in any order; none where the check does not apply.

        Only what is certain is a problem. Whatever the file holds, nothing is raised, and the work is proportional to
        the text, or bounded as that of ``ParsedSource``.
        """
