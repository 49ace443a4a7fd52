"""Scripts as files and as parts of files, and where lines go in them."""

import pytest

from core.files.languages import language_of
from core.files.source_file import SourceFile
from core.review.repairs.web.scripts import imported_modules, insert_lines, last_import, script_of


def inserted(path: str, text: str) -> str | None:
    script = script_of(SourceFile(path, language_of(path), text))
    return insert_lines(script, ["NEW"], last_import(script.source)) if script else None


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("a.ts", 'import a from "a";\nx();\n', 'import a from "a";\nNEW\nx();\n'),
        ("a.ts", "x();\n", "NEW\nx();\n"),
        ("a.ts", 'import a from "a";', 'import a from "a";\nNEW\n'),
        (
            "a.js",
            '"use client";\nimport {\n  a,\n} from "a";\n\nx();\n',
            '"use client";\nimport {\n  a,\n} from "a";\nNEW\n\nx();\n',
        ),
        (
            "a.vue",
            "<template>\n<p/>\n</template>\n<script setup>\nx();\n</script>\n",
            "<template>\n<p/>\n</template>\n<script setup>\nNEW\nx();\n</script>\n",
        ),
        (
            "a.svelte",
            '<script>\nimport a from "a";\nx();\n</script>\n',
            '<script>\nimport a from "a";\nNEW\nx();\n</script>\n',
        ),
    ],
)
def test_lines_go_below_the_imports_or_to_the_top(path: str, before: str, after: str) -> None:
    assert inserted(path, before) == after


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.vue", "<script>x();</script>\n"),
        ("a.vue", "<script>\nx();\n</script>\n<script setup>\ny();\n</script>\n"),
        ("a.html", "<script>\nx();\n</script>\n"),
        ("a.py", "x = 1\n"),
    ],
)
def test_other_files_have_no_place(path: str, text: str) -> None:
    assert inserted(path, text) is None


def test_modules_are_told_with_their_statements() -> None:
    script = script_of(SourceFile("a.ts", "typescript", 'import "./a.css";\nimport b, { c } from "b";\n'))
    assert script is not None
    assert [module for _, module in imported_modules(script.source)] == ["./a.css", "b"]
