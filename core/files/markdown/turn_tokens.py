"""Tokens that end a turn in the templates of models, where an engine passes them on as text."""

import re

TURN_END = (
    "(?:<[|\uff5c](?:im_end|im_start|endoftext|end|eot_id|eom_id|end_of_text|end_of_turn|end\u2581of\u2581sentence"
    "|return|eos|user|system|assistant|call|END_OF_TURN_TOKEN)[|\uff5c]>"
    "|<\\|tool_calls?_(?:section_)?(?:begin|end)\\|>|<\uff5ctool\u2581calls?\u2581end\uff5c>"
    r"|</s>|\[/?INST\]|<end_of_turn>|<eos>|<EOT>)"
)
_LAST_TOKENS = re.compile(rf"(?:{TURN_END}\s*+)++$")


def strip_turn_tokens(line: str) -> str:
    """The line without the tokens at its end; its line end stays, unless it held nothing else."""
    if not line.rstrip().endswith((">", "]")):
        return line
    match = _LAST_TOKENS.search(line)
    if match is None:
        return line
    head = line[: match.start()]
    return head + "\n" if head.strip() and line.endswith("\n") else head
