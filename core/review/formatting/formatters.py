"""The formatter of each language; each takes all files of its languages at once, in a temporary folder."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from core.review.oxfmt import OXFMT_EXTENSIONS, run_oxfmt
from core.subprocesses import read_texts, run_program, temporary_folder

FormattedTexts = Mapping[str, str | None]
"""By file name; None where the formatter refused."""

RUFF_FORMAT_OPTIONS = (
    *("--isolated", "--no-cache", "--quiet", "--target-version", "py311"),
    *("--config", 'format.quote-style = "preserve"'),
)
CLANG_STYLE = (
    "{BasedOnStyle: Google, IndentWidth: 4, AccessModifierOffset: -2, ColumnLimit: 120, SortIncludes: Never,"
    " SortUsingDeclarations: Never, FixNamespaceComments: false, BreakStringLiterals: false, ReflowComments: Never,"
    " InsertTrailingCommas: None, InsertNewlineAtEOF: true}"
)
"""Whitespace alone: nothing is sorted, added or broken."""
RUSTFMT_SETTINGS = "reorder_imports = false\nreorder_modules = false\n"
CLANG_EXTENSIONS = {"c": ".h", "cpp": ".cpp", "csharp": ".cs", "java": ".java", "protobuf": ".proto"}
"""C gets ``.h``: for this extension alone clang-format finds out whether it is C or C++."""
DENO_EXTENSIONS = {"html": ".html", "svelte": ".svelte", "vue": ".vue"}


@dataclass(frozen=True, slots=True)
class Formatter:
    """``extensions`` are pairs of a language and the extension of its files, with the dot.

    ``format_texts`` takes texts by file name; it raises ProgramMissing and TimeoutError.
    """

    extensions: tuple[tuple[str, str], ...]
    format_texts: Callable[[Mapping[str, str]], Awaitable[FormattedTexts]]

    def extension_for(self, language: str) -> str:
        """The extension of a language, with the dot."""
        return dict(self.extensions)[language]


async def format_with_ruff(texts: Mapping[str, str]) -> FormattedTexts:
    """Format Python."""
    return await _format_in_place(texts, "ruff", "format", *RUFF_FORMAT_OPTIONS)


async def format_with_oxfmt(texts: Mapping[str, str]) -> FormattedTexts:
    """Format JavaScript, TypeScript, CSS, JSON, YAML, Markdown and their relatives."""
    results = await run_oxfmt(texts)
    return {name: text if isinstance(text, str) else None for name, text in results.items()}


async def format_with_clang(texts: Mapping[str, str]) -> FormattedTexts:
    """Format C, C++, C#, Java and Protocol Buffers."""
    return await _format_in_place(texts, "clang-format", "-i", f"--style={CLANG_STYLE}")


async def format_with_shfmt(texts: Mapping[str, str]) -> FormattedTexts:
    """Format shell scripts; with options on the command line, shfmt reads no .editorconfig."""
    return await _format_in_place(texts, "shfmt", "-i", "2", "-ci", "-w")


async def format_with_gofmt(texts: Mapping[str, str]) -> FormattedTexts:
    """Format Go."""
    return await _format_in_place(texts, "gofmt", "-w")


async def format_with_deno(texts: Mapping[str, str]) -> FormattedTexts:
    """Format HTML, Svelte and Vue."""
    return await _format_in_place(texts, "deno", "fmt", "--no-config", "--unstable-component", "--quiet")


async def format_with_rustfmt(texts: Mapping[str, str]) -> FormattedTexts:
    """Format Rust, one file at a time on stdin: with a path, rustfmt would look for the modules of the file."""

    async def format_one(text: str) -> str | None:
        finished = await run_program(
            "rustfmt", "--edition", "2021", "--config-path", str(folder), folder=folder, stdin_text=text
        )
        return finished.stdout if finished.exit_code == 0 else None

    # Without a file of settings, rustfmt looks for one in the user's own folders.
    async with temporary_folder({"rustfmt.toml": RUSTFMT_SETTINGS}) as folder:
        formatted = await asyncio.gather(*map(format_one, texts.values()))
    return dict(zip(texts, formatted, strict=True))


async def _format_in_place(texts: Mapping[str, str], program: str, *arguments: str) -> FormattedTexts:
    """Run a formatter on files; where it fails, on each file alone, so that a bad file costs no other."""
    async with temporary_folder(texts) as folder:
        finished = await run_program(program, *arguments, *texts, folder=folder)
        if finished.exit_code == 0:
            return await read_texts(folder, texts)
    # Of several files any one may be to blame; of one, trying again would end the same.
    if len(texts) == 1:
        return dict.fromkeys(texts)
    formatted: dict[str, str | None] = {}
    for name, text in texts.items():
        formatted.update(await _format_in_place({name: text}, program, *arguments))
    return formatted


def _by_language(
    format_texts: Callable[[Mapping[str, str]], Awaitable[FormattedTexts]], **extensions: str
) -> dict[str, Formatter]:
    # One object for all of its languages, so that it gets their files in one call.
    formatter = Formatter(tuple(extensions.items()), format_texts)
    return dict.fromkeys(extensions, formatter)


FORMATTERS: Mapping[str, Formatter] = {
    **_by_language(format_with_ruff, python=".py"),
    **_by_language(format_with_oxfmt, **OXFMT_EXTENSIONS),
    **_by_language(format_with_clang, **CLANG_EXTENSIONS),
    "shell": Formatter((("shell", ".sh"),), format_with_shfmt),
    **_by_language(format_with_gofmt, go=".go"),
    **_by_language(format_with_rustfmt, rust=".rs"),
    **_by_language(format_with_deno, **DENO_EXTENSIONS),
}
"""By language."""
