"""Notations in which models write files for tools: calls as JSON, tags, heredocs, and what they think before."""

import json

import pytest

from core.files.answer import parse_answer, parse_files
from tests.support.answers import assert_cuts_make_no_difference

CODE = "x = 1\ny = 2\n"
BLOCK = f"```python\n{CODE}```\n"
ARGUMENTS = json.dumps({"path": "util.py", "content": CODE})
PRETTY = json.dumps({"name": "write_file", "arguments": {"path": "util.py", "content": CODE}}, indent=2)
NOTATIONS = {
    "pretty": PRETTY + "\n",
    "pretty in tags": "<tool_call>\n" + PRETTY + "\n</tool_call>\n",
    "pretty in fence": "```json\n" + PRETTY + "\n```\n",
    "pretty fence no lang": "```\n" + PRETTY + "\n```\n",
    "array pretty": (
        '[\n    {\n        "name": "write_file",\n        "arguments": {'
        '\n            "path": "util.py",\n            "content": "x = '
        '1\\ny = 2\\n"\n        }\n    }\n]\n'
    ),
    "array fence": (
        '```json\n[\n {\n  "name": "write_file",\n  "arguments": {\n   "pa'
        'th": "util.py",\n   "content": "x = 1\\ny = 2\\n"\n  }\n }\n]\n```\n'
    ),
    "TOOL_CALLS line": "[TOOL_CALLS]\n" + PRETTY + "\n",
    "TOOL_CALLS args": "[TOOL_CALLS]write_file[ARGS]" + ARGUMENTS + "</s>",
    "function tag": "<function=write_file>" + ARGUMENTS + "</function>\n",
    "raw newlines": '{"name": "write_file", "arguments": {"path": "util.py", "content": "' + CODE + '"}}\n',
    "harmony": "<|channel|>commentary to=functions.write_file <|constrain|>json<|message|>" + ARGUMENTS + "<|call|>",
    "harmony full": (
        "<|channel|>analysis<|message|>Need a file.<|end|><|start|>as"
        "sistant<|channel|>commentary to=functions.write_file <|const"
        'rain|>json<|message|>{\n  "path": "util.py",\n  "content": "x '
        '= 1\\ny = 2\\n"\n}<|call|>'
    ),
    "harmony role to": "<|start|>assistant to=functions.write_file<|channel|>commentary json<|message|>"
    + ARGUMENTS
    + "<|call|>\n",
    "harmony preamble": "<|channel|>commentary<|message|>I will write it.<|end|>"
    "<|start|>assistant<|channel|>commentary to=functions.write_file<|message|>" + ARGUMENTS + "<|call|>",
    "openai tool_calls": (
        '{\n  "tool_calls": [\n    {\n      "id": "1",\n      "type": "fu'
        'nction",\n      "function": {\n        "name": "write",\n      '
        '  "arguments": "{\\"path\\": \\"util.py\\", \\"content\\": \\"x = 1'
        '\\\\ny = 2\\\\n\\"}"\n      }\n    }\n  ]\n}\n'
    ),
    "files array": (
        '{\n  "files": [\n    {\n      "path": "util.py",\n      "content' + '": "x = 1\\ny = 2\\n"\n    }\n  ]\n}\n'
    ),
    "files array in json fence": (
        '```json\n{\n  "files": [\n    {\n      "path": "util.py",\n      '
        '"content": "x = 1\\ny = 2\\n"\n    }\n  ]\n}\n```\n'
    ),
    "anthropic": (
        '{"type": "tool_use", "name": "create_file", "input": {"file_'
        'path": "util.py", "file_text": "x = 1\\ny = 2\\n"}}\n'
    ),
    "react": "Thought: I write it.\nAction: write_file\nAction Input: " + ARGUMENTS + "\n",
    "cdata": "<write_file>\n<path>util.py</path>\n<content><![CDATA[\n" + CODE + "]]></content>\n</write_file>\n",
    "cdata own lines": '<file path="util.py">\n<![CDATA[\n' + CODE + "]]>\n</file>\n",
    "cdata one line": '<file path="util.py"><![CDATA[' + CODE + "]]></file>\n",
    "fence in file": '<file path="util.py">\n' + BLOCK + "</file>\n",
    "fence in content": (
        "<write_to_file>\n<path>util.py</path>\n<content>\n" + BLOCK + "</content>\n</write_to_file>\n"
    ),
    "fence in file blank": '<file name="util.py">\n\n' + BLOCK + "\n</file>\n",
    "xml in fence": '```xml\n<file path="util.py">\n' + CODE + "</file>\n```\n",
    "write xml in fence": "```xml\n<write_to_file>\n<path>util.py</path>\n<content>\n"
    + CODE
    + "</content>\n</write_to_file>\n```\n",
    "bolt": '<boltArtifact id="a" title="A">\n<boltAction type="file" filePath="util.py">\n'
    + CODE
    + "</boltAction>\n</boltArtifact>\n",
    "dyad": '<dyad-write path="util.py" description="h">\n' + CODE + "</dyad-write>\n",
    "artifact": '<antArtifact identifier="u" type="code" title="util.py">\n' + CODE + "</antArtifact>\n",
    "document": "<document>\n<source>util.py</source>\n<document_content>\n"
    + CODE
    + "</document_content>\n</document>\n",
    "file path text": "<file>\n<path>util.py</path>\n<contents>\n" + CODE + "</contents>\n</file>\n",
    "file name child": "<file>\n<name>util.py</name>\n<content>\n" + CODE + "</content>\n</file>\n",
    "file_path attr": '<create_file path="util.py">\n' + CODE + "</create_file>\n",
    "codeblock tag": '<code file="util.py">\n' + CODE + "</code>\n",
    "deepseek": "<\uff5ctool\u2581calls\u2581begin\uff5c><\uff5ctool\u2581call\u2581begin\uff5c>function"
    "<\uff5ctool\u2581sep\uff5c>write_file\n```json\n"
    + ARGUMENTS
    + "\n```<\uff5ctool\u2581call\u2581end\uff5c><\uff5ctool\u2581calls\u2581end\uff5c>",
    "kimi": "<|tool_calls_section_begin|><|tool_call_begin|>functions.write_file:0<|tool_call_argument_begin|>"
    + ARGUMENTS
    + "<|tool_call_end|><|tool_calls_section_end|>",
    "glm": "<tool_call>write_file\n<arg_key>path</arg_key>\n<arg_value>util.py</arg_value>\n"
    "<arg_key>content</arg_key>\n<arg_value>" + CODE + "</arg_value>\n</tool_call>\n",
    "llama pythonic": '<|python_tag|>{"name": "write_file", "parameters": ' + ARGUMENTS + "}<|eom_id|>",
    "semicolons": '<|python_tag|>{"name": "a", "parameters": {}}; {"name": "write_file", "parameters": '
    + ARGUMENTS
    + "}",
    "think": "<think>\nDraft:\n```python\nz = 1\n```\n</think>\n### FILE: util.py\n" + BLOCK,
    "THINK unclosed": "[THINK]\nHm\n### FILE: util.py\n" + BLOCK,
    "reasoning": "<reasoning>\nHm\n### FILE: a.py\n```\nx\n```\n</reasoning>\n### FILE: util.py\n" + BLOCK,
    "seed": "<seed:think>\nHm\n### FILE: a.py\n```\nx\n```\n</seed:think>\n### FILE: util.py\n" + BLOCK,
    "gemma": "<|channel>thought\nHm\n<channel|>### FILE: util.py\n" + BLOCK,
    "reflection": "<reflection>\nHm\n</reflection>\n### FILE: util.py\n" + BLOCK,
    "thought": "<thought>\n```python\nz\n```\n</thought>\n### FILE: util.py\n" + BLOCK,
    "here-string": "```powershell\nNew-Item -ItemType Directory app\nSet-Content -Path util.py -Value @'\n"
    + CODE
    + "'@\n```\n",
    "here-string by place": '```powershell\nSet-Content util.py @"\n' + CODE + '"@ -Encoding utf8\n```\n',
    "here-string in prose": "PS C:\\app> Out-File -FilePath 'util.py' -InputObject @'\n" + CODE + "'@\n",
    "heredoc bash -c": "```bash\nmkdir -p src\ncat > util.py << 'EOF'\n" + CODE + "EOF\n```\n",
    "heredoc 3rd line": "```bash\npip install x\ncd app\nls\ncat <<'PY' > util.py\n"
    + CODE
    + "PY\npython util.py\n```\n",
}


@pytest.mark.parametrize("text", NOTATIONS.values(), ids=NOTATIONS.keys())
def test_a_file_comes_out_of_every_notation(text: str) -> None:
    assert [(file.path, file.text, file.is_complete) for file in parse_files(text, "main.py")] == [
        ("util.py", CODE, True)
    ]
    assert_cuts_make_no_difference(text)


@pytest.mark.parametrize("around", ["%s", "<tool_call>\n%s\n</tool_call>", "```json\n%s\n```", "[TOOL_CALLS]%s"])
@pytest.mark.parametrize("between", ["\n", ", ", ""])
def test_several_calls_give_several_files(around: str, between: str) -> None:
    text = around % (PRETTY + between + PRETTY.replace("util.py", "b.py"))
    assert [(file.path, file.text) for file in parse_files(text, "main.py")] == [("util.py", CODE), ("b.py", CODE)]
    assert_cuts_make_no_difference(text)


def test_a_call_that_the_text_cuts_gives_what_there_is_of_its_file() -> None:
    text = PRETTY[: PRETTY.index("y = 2") + 3]
    (file,) = parse_files(text, "main.py")
    assert (file.path, file.text, file.is_complete) == ("util.py", "x = 1\ny =", False)


@pytest.mark.parametrize("value", ['{"a": [1, "]"], "b": null}', '{\n  "a": 1\n}', "[\n  true\n]", "{\nx\n}"])
def test_json_that_writes_no_file_is_what_it_is(value: str) -> None:
    text = f"### FILE: a.py\n{BLOCK}\nIt answers:\n\n{value}\n\n```json\n{value}\n```\n"
    answer = parse_answer(text, "main.py")
    assert [file.path for file in answer.files] == ["a.py"]
    (block,) = answer.unassigned
    assert (block.lines, block.first) == (value.count("\n") + 1, value.split("\n", maxsplit=1)[0])
    assert_cuts_make_no_difference(text)


def test_xml_of_its_own_in_a_fence_is_a_file() -> None:
    text = "```xml\n<project><file>a.py</file></project>\n```\n"
    assert [(file.path, file.text) for file in parse_files(text, "main.py")] == [
        ("main.xml", "<project><file>a.py</file></project>\n")
    ]


def test_a_markdown_file_in_tags_keeps_its_first_fence() -> None:
    text = '<file path="README.md">\n```sh\nmake\n```\n</file>\n'
    assert [(file.path, file.text) for file in parse_files(text, "main.py")] == [("README.md", "```sh\nmake\n```\n")]


def test_a_comparison_does_not_end_a_section() -> None:
    text = '<file path="a.js"><![CDATA[\nif (a[b[0]]>1) {}\n]]></file>\n'
    assert [(file.path, file.text) for file in parse_files(text, "main.py")] == [("a.js", "if (a[b[0]]>1) {}\n")]


@pytest.mark.parametrize("path", ["bin/run", "src/my file.py", "my app.py", "conf/nginx/default"])
@pytest.mark.parametrize(
    "call",
    [
        '{"name": "write_file", "arguments": {"path": "%s", "content": "x = 1\\ny = 2\\n"}}\n',
        f'<file path="%s">\n{CODE}</file>\n',
        f'<create_file filename="%s">\n{CODE}</create_file>\n',
        f"<write_file>\n<file_path>%s</file_path>\n<content>\n{CODE}</content>\n</write_file>\n",
        f"cat > '%s' <<EOF\n{CODE}EOF\n",
    ],
)
def test_what_writes_a_file_may_give_it_any_name(call: str, path: str) -> None:
    text = f"### FILE: a.py\n{BLOCK}\n{call % path}"
    assert [(file.path, file.text) for file in parse_files(text, "main.py")] == [("a.py", CODE), (path, CODE)]
    assert_cuts_make_no_difference(text)


@pytest.mark.parametrize(
    "value", ['{"path": "/about", "content": "A"}', '{"path": "about", "text": "A"}', "<name>Jo</name>"]
)
def test_data_with_a_word_for_a_path_is_no_file(value: str) -> None:
    text = f"### FILE: a.py\n{BLOCK}\nIt answers:\n\n{value}\n"
    assert [file.path for file in parse_files(text, "main.py")] == ["a.py"]
