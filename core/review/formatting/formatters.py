"""The formatters, each by the languages that it is given: all files of a run at once, in a folder of their own."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from core.review.oxfmt import EXTENSIONS, rewritten
from core.subprocesses import folder_of, run, texts_in

Texts = Mapping[str, str | None]
"""By file name; None where the formatter would not."""

C_STYLE = (
    "{BasedOnStyle: Google, IndentWidth: 4, AccessModifierOffset: -2, ColumnLimit: 120, SortIncludes: Never,"
    " SortUsingDeclarations: Never, FixNamespaceComments: false, BreakStringLiterals: false, ReflowComments: Never,"
    " InsertTrailingCommas: None, InsertNewlineAtEOF: true}"
)
"""Whitespace alone: what clang-format would sort, add or break is left."""
C_ENDINGS = {"c": ".h", "cpp": ".cpp", "csharp": ".cs", "java": ".java", "protobuf": ".proto"}
"""A C file gets the ending for which the program looks whether it is C++."""
MARKUP_ENDINGS = {"html": ".html", "svelte": ".svelte", "vue": ".vue"}


@dataclass(frozen=True, slots=True)
class Formatter:
    """``work`` takes texts by file names with these endings; it may raise Missing and TimeoutError."""

    endings: tuple[tuple[str, str], ...]
    work: Callable[[Mapping[str, str]], Awaitable[Texts]]

    def ending(self, language: str) -> str:
        """With its dot."""
        return dict(self.endings)[language]


async def by_ruff(texts: Mapping[str, str]) -> Texts:
    """Python."""
    return await _in_place(texts, "ruff", "format", "--isolated", "--no-cache", "--quiet", "--target-version", "py311")


async def by_oxfmt(texts: Mapping[str, str]) -> Texts:
    """The web's languages."""
    made = await rewritten(texts)
    return {name: text if isinstance(text, str) else None for name, text in made.items()}


async def by_clang(texts: Mapping[str, str]) -> Texts:
    """C and its kin."""
    return await _in_place(texts, "clang-format", "-i", f"--style={C_STYLE}")


async def by_shfmt(texts: Mapping[str, str]) -> Texts:
    """Shell; options on its command line keep it from reading an .editorconfig."""
    return await _in_place(texts, "shfmt", "-i", "2", "-ci", "-w")


async def by_gofmt(texts: Mapping[str, str]) -> Texts:
    """Go."""
    return await _in_place(texts, "gofmt", "-w")


async def by_deno(texts: Mapping[str, str]) -> Texts:
    """Markup."""
    return await _in_place(texts, "deno", "fmt", "--no-config", "--unstable-component", "--quiet")


async def by_rustfmt(texts: Mapping[str, str]) -> Texts:
    """Rust, one file a process: given a path it would go after the modules that the file names."""

    async def one(text: str) -> str | None:
        ended = await run("rustfmt", "--edition", "2021", "--config-path", str(folder), folder=folder, text=text)
        return ended.output if ended.code == 0 else None

    async with folder_of({"rustfmt.toml": ""}) as folder:
        made = await asyncio.gather(*map(one, texts.values()))
    return dict(zip(texts, made, strict=True))


async def _in_place(texts: Mapping[str, str], program: str, *arguments: str) -> Texts:
    """What a program makes of files; on any complaint each is asked alone, so that one costs no other."""
    async with folder_of(texts) as folder:
        ended = await run(program, *arguments, *texts, folder=folder)
        if ended.code == 0:
            return await texts_in(folder, texts)
    if len(texts) == 1:
        return dict.fromkeys(texts)
    made: dict[str, str | None] = {}
    for name, text in texts.items():
        made.update(await _in_place({name: text}, program, *arguments))
    return made


def _formatter(work: Callable[[Mapping[str, str]], Awaitable[Texts]], **endings: str) -> dict[str, Formatter]:
    formatter = Formatter(tuple(endings.items()), work)
    return dict.fromkeys(endings, formatter)


FORMATTERS: Mapping[str, Formatter] = {
    **_formatter(by_ruff, python=".py"),
    **_formatter(by_oxfmt, **EXTENSIONS),
    **_formatter(by_clang, **C_ENDINGS),
    "shell": Formatter((("shell", ".sh"),), by_shfmt),
    **_formatter(by_gofmt, go=".go"),
    **_formatter(by_rustfmt, rust=".rs"),
    **_formatter(by_deno, **MARKUP_ENDINGS),
}
"""By language."""
