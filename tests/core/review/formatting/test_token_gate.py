"""A formatter may change the layout alone."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.review.checking.problem import CheckResult
from core.review.formatting.format_files import CHANGED_REASON, UNSAFE_REASON, format_files
from core.review.formatting.formatters import FORMATTERS
from core.review.formatting.token_gate import changed_paths, tokens_of
from tests.support.cpu_time import cpu_limit
from tests.support.source_files import sample_answers, source_file

RAW_STRINGS = '''class Mail {
    public string Body(string name) => $"""
        {"hello"} {name}
        """;
    const string Sql = """select "a" from t""";
    System.ReadOnlySpan<byte> Type => "text/plain"u8;
}
'''
SOURCES = [file for files in sample_answers().values() for file in files if tokens_of(file.language, file.text)]


async def test_literals_that_the_formatter_does_not_know_keep_the_file_as_it_is() -> None:
    made = await format_files([source_file("A.cs", RAW_STRINGS)], CheckResult({}))
    assert made["A.cs"].text is None
    assert made["A.cs"].reason in (CHANGED_REASON, UNSAFE_REASON)


def test_every_language_that_is_formatted_has_a_reader_of_tokens() -> None:
    assert [language for language in FORMATTERS if tokens_of(language, "\n") is None] == []
    assert tokens_of("cobol", "x") is None


async def test_only_changed_tokens_are_told() -> None:
    files = [source_file("a.py", "x  = 1\n"), source_file("b.py", "x = 1\n"), source_file("c.py", "same (")]
    texts = {"a.py": "x = 1\n", "b.py": "x = 2\n", "c.py": "same ("}
    assert await changed_paths(files, texts) == {"b.py"}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_letter_more_or_less_in_real_code_is_seen(data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(SOURCES))
    places = [match.start() for match in re.finditer(r"[^\W_]", file.text)]
    place = data.draw(st.sampled_from(places))
    tokens = tokens_of(file.language, file.text)
    for changed in (file.text[:place] + file.text[place + 1 :], file.text[:place] + "q" + file.text[place:]):
        assert tokens_of(file.language, changed) != tokens


WORDS = st.text("ab é{}[](),;#/*<>&|%$@!?.:=+-", min_size=1, max_size=12).map(lambda text: f"q{text}q")
"""What stands in strings and comments."""
SHAPES = {
    "a.py": "x =  {{  'a':'{}' }} #{}\ndef  f( ):\n  return ( '{}' )\n",
    "a.js": "let a='{}' //{}\nfunction  f( ){{ return (a+'{}') }}\n",
    "a.ts": "const  a:string='{}' //{}\nexport const f=( x:number )=>(x+'{}'.length)\n",
    "a.css": "a::before{{content:'{}';/*{}*/}}\nb>c{{background:url('{}')}}\n",
    "a.json": '{{"a":"{}","b":["{}","{}"]}}\n',
    "a.toml": "a='{}' #{}\nb=[ '{}' ]\n",
    "a.yaml": "a:   '{}'\nb:\n    - '{}'\n    -   '{}'\n",
    "A.java": 'class A{{String a="{}";//{}\nString b(){{return "{}";}}}}\n',
    "A.cs": 'class A{{string a="{}";//{}\nstring B()=>$"{}";}}\n',
    "a.cpp": 'auto a="{}";//{}\nauto b=R"x({})x";\n',
    "a.sh": "a='{}'   #{}\nif true;then\necho '{}'\nfi\n",
    "a.html": "<p  title='{}'>x</p ><!--{}--><script>let a='{}'</script>\n",
}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORDS, min_size=3 * len(SHAPES), max_size=3 * len(SHAPES)))
async def test_what_strings_and_comments_hold_comes_through_any_formatter(words: list[str]) -> None:
    triples = [words[at : at + 3] for at in range(0, len(words), 3)]
    files = [
        source_file(path, shape.format(*triple)) for (path, shape), triple in zip(SHAPES.items(), triples, strict=True)
    ]
    made = await format_files(files, CheckResult({}))
    for file, triple in zip(files, triples, strict=True):
        result = made[file.path]
        if result.text is None:
            continue
        assert tokens_of(file.language, result.text) == tokens_of(file.language, file.text)
        position = 0
        for word in triple:
            position = result.text.find(word, position)
            assert position >= 0, (file.path, word, result.text)


async def test_plain_words_are_laid_out_in_every_language() -> None:
    files = [source_file(path, shape.format("one", "two", "three")) for path, shape in SHAPES.items()]
    made = await format_files(files, CheckResult({}))
    assert {path: result.reason for path, result in made.items() if result.reason} == {}


PIECES = {
    "javascript": ("(", "`${", "<a>", "'", "/*", "a=>", "(a?.b)."),
    "typescript": ("|A", "{a:", "<T,"),
    "csharp": ('$"{', '"""', "$$", "//", "\n", "\\\n"),
    "cpp": ("#define A(", 'R"(', "'", "\\\n"),
    "rust": ('r#"', "(,", "'a"),
    "css": ("a{", "#{", "url(", "/*", ",", "a[b=c", "'"),
    "html": ("<a ", "{{", "<pre>", "<!--", "<script>a</script>"),
    "vue": ("{{", "<a :b='", "{"),
    "json": ("[", '"', "/*", ","),
    "toml": ("a=[", '"""', "'"),
    "yaml": ("- ", "# ", "a: {"),
    "markdown": ("[", "*a", "`", "> ", "|a"),
    "graphql": ('"""', "#", "{"),
    "shell": ("$(", "<<A\n", "'", "{"),
    "python": ("(", "f'{", "#", "'''"),
}


@pytest.mark.parametrize(("language", "piece"), [(name, piece) for name, pieces in PIECES.items() for piece in pieces])
def test_the_time_is_in_proportion_to_the_text_whatever_it_repeats(language: str, piece: str) -> None:
    """Quadratic time would be at least a hundred times as long for these 20,000 characters."""
    with cpu_limit(5):
        tokens_of(language, piece * (20_000 // len(piece)))
