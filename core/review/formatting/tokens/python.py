"""The tokens of Python: its syntax tree, which no layout changes, and its comments."""

import ast
import io
import re
import tokenize

COMMENT_SPACE = re.compile(r"^(#+[:!]?)\s*")


def python_tokens(text: str) -> list[str] | None:
    """The tree without places, and the comments in their order; None for syntax that this Python does not know."""
    try:
        tree = ast.dump(ast.parse(text))
        comments = [
            # A formatter puts a space after the sign.
            COMMENT_SPACE.sub(r"\1", token.string).rstrip()
            for token in tokenize.generate_tokens(io.StringIO(text).readline)
            if token.type == tokenize.COMMENT
        ]
    except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError):
        return None
    return [tree, *comments]
