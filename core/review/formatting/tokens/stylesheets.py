"""The tokens of CSS, SCSS and Less."""

import re
from collections.abc import Iterator

from core.review.formatting.tokens.c_like import comment_text
from core.review.formatting.tokens.scripts import number_value

STYLESHEET_LANGUAGES = frozenset({"css", "less", "scss"})
LINE_COMMENT = r"|//[^\n]*+"
PARTS = (
    r"(?P<comment>/\*.*?(?:\*/|\Z){line_comment})"
    r'|(?P<string>"(?:\\.|[^"\\])*+"?|\'(?:\\.|[^\'\\])*+\'?)'
    r"|(?P<url>[uU][rR][lL]\((?!\s*+[\"'])[^)]*+\)?)"
    r"|(?P<interpolation>[#@]\{{[^{{}}]*+\}})"
    r"|(?P<end>[{{}};])|(?P<space>\s++)"
    r"|(?P<number>(?<![\w#.-])(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?(?P<unit>%|[a-zA-Z]*+))"
    r"|[\w$@#.%-]++|[^\s]"
)
LEXERS = {
    language: re.compile(PARTS.format(line_comment="" if language == "css" else LINE_COMMENT), re.DOTALL)
    for language in STYLESHEET_LANGUAGES
}
HEX_COLOR = re.compile(r"#[0-9a-fA-F]{3,8}")
BARE_ATTRIBUTE = re.compile(r"=\s*([\w-]+)\s*(?=[\]]|[iIsS]\s*\])")
SPACE = " "


def stylesheet_tokens(language: str, text: str) -> list[str]:
    """Each rule's beginning and each declaration as one token, with a space wherever one has a meaning."""
    tokens: list[str] = []
    statement: list[str] = []
    for match in LEXERS[language].finditer(text):
        if match["comment"] is not None:
            tokens.append(comment_text(match[0]))
        elif match["end"] is None:
            statement.append(_token_text(match))
        else:
            is_rule = match["end"] == "{"
            tokens += _statement(statement, is_rule=is_rule)
            # A declaration may end with the block around it.
            tokens += [match["end"]] if match["end"] != ";" else []
            statement = []
    return [*tokens, *_statement(statement, is_rule=False)]


def _token_text(match: re.Match[str]) -> str:
    if match["space"] is not None:
        return SPACE
    if match["string"] is not None:
        content = re.sub(r"""\\(["'])|(\\.)""", r"\1\2", match[0][1:-1], flags=re.DOTALL)
        return f'"{content}"'
    if match["url"] is not None:
        return "url(" + match[0][4:].removesuffix(")").strip() + ")"
    if match["number"] is not None:
        unit = match["unit"]
        number = number_value(match[0].removesuffix(unit) if unit else match[0])
        return f"{number.removesuffix('.0')}{unit.lower()}"
    return match[0]


def _statement(parts: list[str], *, is_rule: bool) -> Iterator[str]:
    text = "".join(_significant(parts, is_selector=is_rule and _begins(parts) != "@")).strip()
    if not text:
        return
    if is_rule:
        yield BARE_ATTRIBUTE.sub(r'="\1"', text)
    else:
        yield HEX_COLOR.sub(lambda match: match[0].lower(), text)


def _begins(parts: list[str]) -> str:
    return next((part[0] for part in parts if part != SPACE), "")


def _significant(parts: list[str], *, is_selector: bool) -> Iterator[str]:
    """The parts without spaces that have no meaning, nor a comma before a closing bracket."""
    solid = [(index, part) for index, part in enumerate(parts) if part != SPACE]
    is_name = not is_selector and _begins(parts) != "@"
    depth = 0
    last = ""
    for number, (index, part) in enumerate(solid):
        depth += (part == "(") - (part == ")")
        following = solid[number + 1][1] if number + 1 < len(solid) else ""
        if part == "," and following == ")":
            continue
        has_space = number > 0 and index > 0 and parts[index - 1] == SPACE
        # The first colon of a declaration stands between its name and its value.
        around = ",>~+" if is_selector else ",!" if depth or not is_name else ",!:"
        if depth or not is_selector:
            around += ":"
        if has_space and last not in around and part[0] not in around and last != "(" and part != ")":
            yield SPACE
        yield part
        last = part if len(part) == 1 else part[-2:]
