"""The ways in which models name a file: before its block, in its fence, and after it."""

import pytest

from core.files.answer import parse_answer
from tests.support.answers import assert_cuts_make_no_difference

CODE = "x = 1\ny = 2\n"
BLOCK = f"```python\n{CODE}```\n"
SECOND = "### FILE: main.py\n```python\nx = 1\n```\n\n"
AFTER = {
    "save this as": BLOCK + "\nSave this as `util.py`.\n",
    "above is": BLOCK + "\nThe above is `util.py`.\n",
    "code above goes": BLOCK + "\nThe code above goes into **util.py**\n",
    "this goes in": BLOCK + "This goes in `util.py`.\n",
    "german": BLOCK + "\nSpeichere das als `util.py`.\n",
    "french": BLOCK + "\nEnregistrez ce code sous `util.py`.\n",
    "spanish": BLOCK + "\nGuarda esto como `util.py`.\n",
    "portuguese": BLOCK + "\nSalve como `util.py`.\n",
    "italian": BLOCK + "\nSalva il codice in `util.py`.\n",
    "russian": BLOCK + "\nСохраните это как `util.py`.\n",
    "chinese": BLOCK + "\n将以上代码保存为 `util.py`。\n",
    "japanese": BLOCK + "\n上記を `util.py` として保存してください。\n",
    "korean": BLOCK + "\n위의 코드를 `util.py`로 저장하세요.\n",
}
IN_FENCE = {
    "title py": "```python title='util.py'",
    "name=": "```python name=util.py",
    "{.python file=}": "``` {.python file=util.py}",
    "python # util.py": "```python # util.py",
    "python // util.py": "```python // util.py",
    "python (util.py)": "```python (util.py)",
    "python - util.py": "```python - util.py",
    "python, util.py": "```python, util.py",
    "python [util.py]": "```python [util.py]",
    "python lines [util.py]": "```python {1,3} [util.py]",
    "python|util.py": "```python|util.py",
    "lines": '```python showLineNumbers title="util.py"',
    "file uri": "```python file://util.py",
}
BEFORE = {
    "html comment before": "<!-- util.py -->\n" + BLOCK,
    "html summary bold": "<details><summary><b>util.py</b></summary>\n\n" + BLOCK + "</details>\n",
    "html heading": "<h3>util.py</h3>\n\n" + BLOCK,
    "blockquote": "> **util.py**\n\n" + BLOCK,
    "numbered paren": "2) `util.py`\n" + BLOCK,
    "emoji bold": "📝 **util.py**\n" + BLOCK,
    "letter": "b. util.py\n" + BLOCK,
    "step": "**Step 2: util.py**\n" + BLOCK,
    "step create": "## Step 2: Create `util.py`\n" + BLOCK,
    "step with a sentence": "### 2. Create the helper module (`util.py`)\n" + BLOCK,
    "dash title": "## util.py — helper functions\n" + BLOCK,
    "colon title": "## util.py: helper functions\n" + BLOCK,
    "underlined": "util.py\n-------\n" + BLOCK,
    "underlined twice": "util.py\n=======\n" + BLOCK,
    "italic": "*util.py*\n" + BLOCK,
    "underscore bold": "__util.py__\n" + BLOCK,
    "italic by underscores": "_util.py_:\n" + BLOCK,
    "label contents of": "Contents of `util.py`:\n" + BLOCK,
    "label en filename bold": "**Filename**: util.py\n" + BLOCK,
    "filepath": "filepath: util.py\n" + BLOCK,
    "New file": "New file: `util.py`\n" + BLOCK,
    "Create file": "Create file util.py:\n" + BLOCK,
    "polish": "Plik: `util.py`\n" + BLOCK,
    "dutch": "Bestandsnaam: util.py\n" + BLOCK,
    "czech": "Soubor `util.py`:\n" + BLOCK,
    "swedish": "Fil: util.py\n" + BLOCK,
    "turkish": "Dosya adı: util.py\n" + BLOCK,
    "vietnamese": "Tệp: util.py\n" + BLOCK,
    "vietnamese file name": "Tên tệp: `util.py`\n" + BLOCK,
    "indonesian": "Nama file: util.py\n" + BLOCK,
    "greek": "Αρχείο: `util.py`\n" + BLOCK,
    "hebrew": "קובץ: `util.py`\n" + BLOCK,
    "persian": "فایل: `util.py`\n" + BLOCK,
    "ukrainian": "Файл `util.py`:\n" + BLOCK,
    "hungarian": "Fájl: util.py\n" + BLOCK,
    "romanian": "Fișier: util.py\n" + BLOCK,
    "danish": "Filnavn: util.py\n" + BLOCK,
    "finnish": "Tiedosto: util.py\n" + BLOCK,
    "thai": "ไฟล์: util.py\n" + BLOCK,
    "japanese title": "**ファイル: `util.py`**\n" + BLOCK,
    "chinese numbered heading": "### 2. 工具 `util.py`\n" + BLOCK,
    "chinese sentence": "创建 `util.py` 文件\uff1a\n" + BLOCK,
    "chinese sentence with next": "接下来是 util.py\uff1a\n" + BLOCK,
    "korean label": "파일명: util.py\n" + BLOCK,
    "table row": "| File | Purpose |\n|---|---|\n| `util.py` | helpers |\n\n" + BLOCK,
    "and here is": "And here's util.py:\n" + BLOCK,
    "eq title": "==== util.py ====\n" + BLOCK,
    "star rule": "**** util.py ****\n" + BLOCK,
    "box": "// ===== util.py =====\n" + BLOCK,
    "brackets": "[util.py]\n" + BLOCK,
    "file begin": "--- BEGIN util.py ---\n" + BLOCK,
    "arrows": "==> util.py <==\n" + BLOCK,
    "list bold desc": "- **util.py** \u2013 helper functions:\n\n  ```python\n  x = 1\n  y = 2\n  ```\n",
    "dict desc": "`util.py` (helpers):\n" + BLOCK,
    "desc after": "`util.py` contains the helpers:\n" + BLOCK,
    "file word after": "The `util.py` file:\n" + BLOCK,
    "file word after2": "**The util.py file**\n" + BLOCK,
    "here is the code for": "Here is the code for util.py\n" + BLOCK,
    "in util.py add": "In `util.py`, add the following code:\n" + BLOCK,
    "curly quotes": "File “util.py”:\n" + BLOCK,
    "link": "### [util.py](./util.py)\n" + BLOCK,
    "link in bold": "**[the helpers](util.py)**\n" + BLOCK,
    "link with code": "#### [`util.py`](#util-py)\n" + BLOCK,
    "number in brackets": "(2) util.py\n" + BLOCK,
    "number in brackets and code": "(2) `util.py`\n" + BLOCK,
    "angle brackets": "<util.py>\n" + BLOCK,
    "angle brackets and colon": "<util.py>:\n" + BLOCK,
    "html comment with label": "<!-- file: util.py -->\n" + BLOCK,
    "comment before": "// util.py\n" + BLOCK,
    "comment with label before": "/* File: util.py */\n" + BLOCK,
    "zero width": "**util\u200b.py**\n" + BLOCK,
    "zero width before": "### \ufeffutil.py\n" + BLOCK,
    "following content": "Then create util.py with the following content\n" + BLOCK,
    "following code": "Put the following code in util.py\n" + BLOCK,
    "contents of without colon": "Contents of util.py\n" + BLOCK,
    "the full content": "The full content of util.py\n" + BLOCK,
    "looks like this": "util.py looks like this\n" + BLOCK,
    "should look like this": "Now `util.py` should look like this.\n" + BLOCK,
    "updated": "Updated util.py!\n" + BLOCK,
    "edited": "Edit util.py\n" + BLOCK,
    "in": "In util.py,\n" + BLOCK,
    "inside": "Inside `util.py`\n" + BLOCK,
    "a sentence between": "`util.py`\n\nThis has the helpers.\n\n" + BLOCK,
    "a sentence right after": "`util.py`:\nThis has the helpers.\n" + BLOCK,
    "chinese without blanks": "然后创建util.py\uff1a\n" + BLOCK,
    "chinese with a file": "接下来修改util.py文件\uff1a\n" + BLOCK,
    "japanese without blanks": "次に util.pyを作成します\uff1a\n" + BLOCK,
    "guillemets": "Fichier « util.py » :\n" + BLOCK,
}
SPEAKS_OF_ANOTHER_FILE = {
    "run": BLOCK + "\nRun the code above with `python main.py`.\n",
    "another language": "```css\na {}\n```\n\nSave this as `util.py`.\n",
    "a command": "```\npip install x\n```\n\nSave this as `util.py`.\n",
    "two files": BLOCK + "\nThe above uses `a.py` and `b.py`.\n",
    "what comes next": "```sh\nls\n```\n\nSave the next one as `util.py`:\n",
}


def assert_names_util(text: str) -> None:
    for before, first in (("", []), (SECOND, [("main.py", "x = 1\n")])):
        answer = parse_answer(before + text, "main.py")
        assert [(file.path, file.text) for file in answer.files] == [*first, ("util.py", CODE)]
        assert answer.unassigned == ()
    assert_cuts_make_no_difference(text)


@pytest.mark.parametrize("text", BEFORE.values(), ids=BEFORE.keys())
def test_what_stands_before_a_block_names_it(text: str) -> None:
    assert_names_util(text)


@pytest.mark.parametrize("fence", IN_FENCE.values(), ids=IN_FENCE.keys())
def test_a_fence_names_its_block(fence: str) -> None:
    assert_names_util(f"{fence}\n{CODE}```\n")


@pytest.mark.parametrize("text", AFTER.values(), ids=AFTER.keys())
def test_what_stands_after_a_block_names_it(text: str) -> None:
    assert_names_util(text)


@pytest.mark.parametrize("text", SPEAKS_OF_ANOTHER_FILE.values(), ids=SPEAKS_OF_ANOTHER_FILE.keys())
def test_words_after_a_block_that_speak_of_another_file_do_not_name_it(text: str) -> None:
    answer = parse_answer(SECOND + text, "main.py")
    assert [file.path for file in answer.files] == ["main.py"]
    assert len(answer.unassigned) == 1


WHOLE_FILES = {
    "page": ("```html\n<!DOCTYPE html>\n<p>Hi\n```\n", "index.html"),
    "script": ("```python\nimport os\n\nif __name__ == '__main__':\n    print(os.name)\n```\n", "main-2.py"),
    "module": ("```js\nexport default { a: 1 }\n```\n", "script.js"),
    "long": ("```css\n" + "a { color: red; }\n" * 12 + "```\n", "styles.css"),
    "at the end": ("```go\npackage main\n", "main.go"),
}


@pytest.mark.parametrize(("text", "path"), WHOLE_FILES.values(), ids=WHOLE_FILES.keys())
def test_a_block_that_looks_like_a_whole_file_gets_a_name_of_its_own(text: str, path: str) -> None:
    answer = parse_answer(SECOND + text, "main.py")
    assert [file.path for file in answer.files] == ["main.py", path]
    assert answer.unassigned == ()
    assert_cuts_make_no_difference(SECOND + text)


EXAMPLES = {
    "commands": "```sh\nnpm i\nnpm start\n```\n",
    "output": "```text\nok\n```\n",
    "tree": "```\n├── main.py\n└── b.py\n```\n",
    "how to call it": "```python\nimport requests\n\nrequests.get('/')\n```\n",
}


@pytest.mark.parametrize("text", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_an_example_is_no_file_and_is_counted(text: str) -> None:
    answer = parse_answer(f"{SECOND}Then:\n\n{text}\nDone.\n", "main.py")
    assert [file.path for file in answer.files] == ["main.py"]
    lines = text.split("\n")[1:-2]
    (block,) = answer.unassigned
    assert (block.line, block.lines, block.first) == (9, len(lines), lines[0])


PATHS = {
    "**my\\_app.py**": "my_app.py",
    "### src/\\_\\_init\\_\\_.py": "src/__init__.py",
    "**src/a,b.py**": "src/a,b.py",
    "`src/a,b.py`:": "src/a,b.py",
    "### My App/main.py": "My App/main.py",
    "**My App/main.py**": "My App/main.py",
    "## Backend app/main.py": "app/main.py",
    "**Update App/main.py**": "App/main.py",
    "### my\u2011app.py": "my-app.py",
    "### [main.py](./src/main.py)": "src/main.py",
    "### base.mustache": "base.mustache",
    "**a.cr**": "a.cr",
    "`a.f90`": "a.f90",
    "### cert.pem": "cert.pem",
    "### nginx/default": "nginx/default",
    "**bin/start**": "bin/start",
    "File: `.husky/pre-commit`": ".husky/pre-commit",
}


@pytest.mark.parametrize(("title", "path"), PATHS.items(), ids=PATHS.keys())
def test_a_path_is_read_whole(title: str, path: str) -> None:
    text = f"{title}\n\n```\nx = 1\n```\n"
    for before, first in (("", []), (SECOND, ["main.py"])):
        assert [file.path for file in parse_answer(before + text, "main.py").files] == [*first, path]
    assert_cuts_make_no_difference(text)


@pytest.mark.parametrize("line", ["/* ==== static/a.py ==== */", "# --- static/a.py ---", "<!-- ==== static/a.py -->"])
def test_a_comment_with_rules_names_its_block(line: str) -> None:
    (file,) = parse_answer(f"```\n{line}\nx = 1\n```\n", "main.py").files
    assert (file.path, file.text) == ("static/a.py", f"{line}\nx = 1\n")


@pytest.mark.parametrize("title", ["### Input/Output", "**Client/Server**", "### TCP/IP", "### and/or"])
def test_words_with_a_slash_are_no_path(title: str) -> None:
    answer = parse_answer(f"{SECOND}{title}\n```\nx\n```\n", "main.py")
    assert [file.path for file in answer.files] == ["main.py"]


def test_a_list_of_files_does_not_name_the_block_after_it() -> None:
    answer = parse_answer(f"{SECOND}- `main.py`\n- `util.py`\n\nIt prints this.\n\n```\nok\n```\n", "main.py")
    assert [file.path for file in answer.files] == ["main.py"]
