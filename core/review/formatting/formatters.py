"""The formatters, each by the languages that it is given: all files of a run at once, in a folder of their own."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from core.review.oxfmt import EXTENSIONS, run_oxfmt
from core.subprocesses import read_texts, run_program, temporary_folder

FormattedTexts = Mapping[str, str | None]
"""By file name; None where the formatter would not."""

CLANG_STYLE = (
    "{BasedOnStyle: Google, IndentWidth: 4, AccessModifierOffset: -2, ColumnLimit: 120, SortIncludes: Never,"
    " SortUsingDeclarations: Never, FixNamespaceComments: false, BreakStringLiterals: false, ReflowComments: Never,"
    " InsertTrailingCommas: None, InsertNewlineAtEOF: true}"
)
"""Whitespace alone: what clang-format would sort, add or break is left."""
CLANG_EXTENSIONS = {"c": ".h", "cpp": ".cpp", "csharp": ".cs", "java": ".java", "protobuf": ".proto"}
"""A C file gets the ending for which the program looks whether it is C++."""
DENO_EXTENSIONS = {"html": ".html", "svelte": ".svelte", "vue": ".vue"}


@dataclass(frozen=True, slots=True)
class Formatter:
    """``format_texts`` takes texts by file names with these endings; it may raise Missing and TimeoutError."""

    extensions: tuple[tuple[str, str], ...]
    format_texts: Callable[[Mapping[str, str]], Awaitable[FormattedTexts]]

    def extension_for(self, language: str) -> str:
        """With its dot."""
        return dict(self.extensions)[language]


async def format_with_ruff(texts: Mapping[str, str]) -> FormattedTexts:
    """Python."""
    return await _format_in_place(
        texts, "ruff", "format", "--isolated", "--no-cache", "--quiet", "--target-version", "py311"
    )


async def format_with_oxfmt(texts: Mapping[str, str]) -> FormattedTexts:
    """The web's languages."""
    results = await run_oxfmt(texts)
    return {name: text if isinstance(text, str) else None for name, text in results.items()}


async def format_with_clang(texts: Mapping[str, str]) -> FormattedTexts:
    """C and its kin."""
    return await _format_in_place(texts, "clang-format", "-i", f"--style={CLANG_STYLE}")


async def format_with_shfmt(texts: Mapping[str, str]) -> FormattedTexts:
    """Shell; options on its command line keep it from reading an .editorconfig."""
    return await _format_in_place(texts, "shfmt", "-i", "2", "-ci", "-w")


async def format_with_gofmt(texts: Mapping[str, str]) -> FormattedTexts:
    """Go."""
    return await _format_in_place(texts, "gofmt", "-w")


async def format_with_deno(texts: Mapping[str, str]) -> FormattedTexts:
    """Markup."""
    return await _format_in_place(texts, "deno", "fmt", "--no-config", "--unstable-component", "--quiet")


async def format_with_rustfmt(texts: Mapping[str, str]) -> FormattedTexts:
    """Rust, one file a process: given a path it would go after the modules that the file names."""

    async def format_one(text: str) -> str | None:
        finished = await run_program(
            "rustfmt", "--edition", "2021", "--config-path", str(folder), folder=folder, stdin_text=text
        )
        return finished.stdout if finished.exit_code == 0 else None

    async with temporary_folder({"rustfmt.toml": ""}) as folder:
        formatted = await asyncio.gather(*map(format_one, texts.values()))
    return dict(zip(texts, formatted, strict=True))


async def _format_in_place(texts: Mapping[str, str], program: str, *arguments: str) -> FormattedTexts:
    """What a program makes of files; on any complaint each is asked alone, so that one costs no other."""
    async with temporary_folder(texts) as folder:
        finished = await run_program(program, *arguments, *texts, folder=folder)
        if finished.exit_code == 0:
            return await read_texts(folder, texts)
    if len(texts) == 1:
        return dict.fromkeys(texts)
    formatted: dict[str, str | None] = {}
    for name, text in texts.items():
        formatted.update(await _format_in_place({name: text}, program, *arguments))
    return formatted


def _by_language(
    format_texts: Callable[[Mapping[str, str]], Awaitable[FormattedTexts]], **extensions: str
) -> dict[str, Formatter]:
    formatter = Formatter(tuple(extensions.items()), format_texts)
    return dict.fromkeys(extensions, formatter)


FORMATTERS: Mapping[str, Formatter] = {
    **_by_language(format_with_ruff, python=".py"),
    **_by_language(format_with_oxfmt, **EXTENSIONS),
    **_by_language(format_with_clang, **CLANG_EXTENSIONS),
    "shell": Formatter((("shell", ".sh"),), format_with_shfmt),
    **_by_language(format_with_gofmt, go=".go"),
    **_by_language(format_with_rustfmt, rust=".rs"),
    **_by_language(format_with_deno, **DENO_EXTENSIONS),
}
"""By language."""
