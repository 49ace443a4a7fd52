"""The tokens of HTML, Vue and Svelte."""

import re
from collections.abc import Iterator

from core.files.html import Attribute, Comment, Declaration, EndTag, RawText, StartTag, Token, read_html
from core.review.checking.web.embedded_code import EmbeddedCode, language_of_tag
from core.review.checking.web.markup import VOID_ELEMENTS
from core.review.formatting.tokens.c_like import comment_text
from core.review.formatting.tokens.data import json_tokens
from core.review.formatting.tokens.scripts import SCRIPT_LANGUAGES, script_tokens
from core.review.formatting.tokens.stylesheets import STYLESHEET_LANGUAGES, stylesheet_tokens

MARKUP_LANGUAGES = frozenset({"html", "svelte", "vue"})
BLOCK_ELEMENTS = frozenset(
    {"address", "article", "aside", "base", "blockquote", "body", "caption", "col", "colgroup", "dd", "details"}
    | {"dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5"}
    | {"h6", "head", "header", "hr", "html", "legend", "li", "link", "main", "menu", "meta", "nav", "ol", "optgroup"}
    | {"option", "p", "script", "section", "style", "summary", "table", "tbody", "td", "template", "tfoot", "th"}
    | {"thead", "title", "tr", "ul"}
)
"""Elements around whose tags white space is not shown."""
PREFORMATTED = frozenset({"pre", "textarea", "listing", "plaintext"})
EXPRESSION = re.compile(r"\{\{.*?(?:\}\}|\Z)|\{[^{}]*+\}", re.DOTALL)
EXPRESSION_TOKEN = re.compile(
    r"(?P<string>\"(?:\\.|[^\"\\])*+\"|'(?:\\.|[^'\\])*+'|`(?:\\.|[^`\\])*+`)|[\w$]++|=>|\?\.|[-+*/%=<>!&|?]++|\S",
    re.DOTALL,
)
CODE_ATTRIBUTE = re.compile(r"^(?:[:@#]|v-|on|bind:|use:|class:|style:)|^\{")
"""Attributes whose values are code, which a formatter lays out too."""


def markup_tokens(language: str, text: str) -> list[str] | None:
    """Tags with their attributes, text with its white space as one space where it is shown, and embedded code.

    None where embedded code cannot be compared.
    """
    tokens: list[str] = []
    position = 0
    preformatted = 0
    previous: Token | None = None
    for token in read_html(text, components=True):
        between = text[position : token.start]
        tokens += [between] if preformatted else _text_tokens(language, between, previous, token)
        position = token.end
        if isinstance(token, RawText):
            code = _raw_text_tokens(language, token, text[token.start : token.end])
            if code is None:
                return None
            tokens += code
        else:
            tokens += _tag_tokens(language, token, text)
        if isinstance(token, StartTag | EndTag) and token.name.lower() in PREFORMATTED - {"textarea"}:
            preformatted = max(preformatted + (1 if isinstance(token, StartTag) else -1), 0)
        previous = token
    return [*tokens, *_text_tokens(language, text[position:], previous, None)]


def _tag_tokens(language: str, token: Token, text: str) -> Iterator[str]:
    match token:
        case StartTag():
            name = _tag_name(language, token.name)
            yield f"<{name}"
            for attribute in token.attributes:
                yield from _attribute_tokens(language, attribute)
            # Whether ``/>`` closes an element depends on what it is.
            closes = token.is_self_closing and token.name.lower() not in VOID_ELEMENTS
            yield "/>" if closes else ">"
        case EndTag():
            yield f"</{_tag_name(language, token.name)}>"
        case Comment():
            yield comment_text(text[token.start : token.end])
        case Declaration():
            yield " ".join(text[token.start : token.end].lower().split())
        case _:
            yield text[token.start : token.end]


def _tag_name(language: str, name: str) -> str:
    return name.lower() if language == "html" else name


def _attribute_tokens(language: str, attribute: Attribute) -> Iterator[str]:
    yield attribute.name
    if attribute.name == "style" and "{" not in attribute.value:
        yield from stylesheet_tokens("css", attribute.value)
    elif attribute.name == "class":
        yield " ".join(attribute.value.split())
    elif (language != "html" and CODE_ATTRIBUTE.search(attribute.name)) or attribute.name.startswith("on"):
        yield from expression_tokens(attribute.value)
    else:
        yield attribute.value


def expression_tokens(code: str) -> list[str]:
    """The tokens of an expression, strings without their quotes; no semicolon at its end."""
    tokens = []
    for match in EXPRESSION_TOKEN.finditer(code):
        quote = match[0][0]
        is_plain = match["string"] is not None and quote != "`" and "\\" not in match[0]
        tokens.append(f"string {match[0][1:-1]}" if is_plain else match[0])
    return tokens[:-1] if tokens[-1:] == [";"] else tokens


def _text_tokens(language: str, text: str, before: Token | None, after: Token | None) -> Iterator[str]:
    """Words and expressions, with the spaces at both ends where they are shown."""
    if not text:
        return
    parts = [" ".join(text.split())]
    if language != "html":
        parts = []
        position = 0
        for match in EXPRESSION.finditer(text):
            parts += [_collapse(text[position : match.start()]), *expression_tokens(match[0])]
            position = match.end()
        parts.append(_collapse(text[position:]))
    content = [part for part in parts if part]
    if text[0].isspace() and not _is_block(before) and (content or not _is_block(after)):
        yield " "
    if content and content != [" "]:
        content[0], content[-1] = content[0].lstrip(), content[-1].rstrip()
        yield from (part for part in content if part)
        if text[-1].isspace() and not _is_block(after):
            yield " "


def _collapse(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _is_block(token: Token | None) -> bool:
    """Whether white space beside it is not shown."""
    match token:
        case StartTag() | EndTag():
            return token.name.lower() in BLOCK_ELEMENTS or token.name.lower() == "br"
        case Comment():
            return False
        case _:
            return True


def _raw_text_tokens(language: str, raw: RawText, code: str) -> list[str] | None:
    embedded = EmbeddedCode(language_of_tag(raw.tag) or "", code)
    if embedded.language in SCRIPT_LANGUAGES:
        # Vue and Svelte compile scripts that are no more than JavaScript; so does the grammar.
        return script_tokens(embedded.language, code)
    if embedded.language in STYLESHEET_LANGUAGES:
        return stylesheet_tokens(embedded.language, code)
    if raw.tag.attribute("type").endswith(("json", "importmap")):
        return json_tokens(code)
    name = raw.tag.name.lower()
    return [" ".join(code.split())] if name == "title" and language == "html" else [code]
