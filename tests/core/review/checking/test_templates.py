"""Files that become one of their language only when they are rendered."""

import pytest

from core.review.checking.templates import is_template
from tests.support.source_files import source_file


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.html", "{% if a %}"),
        ("a.html", "<% a %>"),
        ("a.html", "<?php a ?>"),
        ("a.hbs", "{{#if a}}"),
        ("a.css", "a { b: {% c %} }"),
        ("a.js", "let a = {{/b}}"),
        ("a.yaml", "a: {{ .Values.b }}"),
        ("a.yaml", "{% raw %}"),
    ],
)
def test_the_signs_of_a_template_language_are_known(path: str, text: str) -> None:
    assert is_template(source_file(path, text))


@pytest.mark.parametrize(
    ("path", "text"),
    [("a.html", "{{ a }}"), ("a.html", "<?xml?>"), ("a.yaml", "a: ${{ b }}"), ("a.py", "{% a %}"), ("a.vue", "{{#a}}")],
)
def test_expressions_of_the_language_itself_are_none(path: str, text: str) -> None:
    assert not is_template(source_file(path, text))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.html", "<ul>\n# for x in y\n<li${{'class': a}|htmlattr}>\n# endfor\n</ul>\n"),
        ("a.js", "{{content-for 'app-boot'}}\n"),
        ("a.ts", "import x from '<%= name %>/x';\n"),
        ("a.js", "let user = {{ current_user.name|safe }};\n"),
        ("a.css", ".icon-{{ kind }} { color: red }\n"),
        ("app/templates/js/user.js", "let user = {{ user }};\n"),
        ("a.json", '{# rights #}\n{"a": 1}\n'),
        ("a.json", '{"a": {{ value }}}\n'),
    ],
)
def test_so_are_those_of_other_engines(path: str, text: str) -> None:
    assert is_template(source_file(path, text))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.json", '{"a": "Hello {{name}}", "b": "{{ c }}"}\n'),
        ("a.js", "x = <a b={{ c: 1 }} d={{e}} f={{ g }}/>;\n"),
        ("a.ts", "a < b % c;\n"),
        ("a.html", "<h1># for</h1><p>$5</p>\n"),
    ],
)
def test_what_only_looks_like_one_is_none(path: str, text: str) -> None:
    assert not is_template(source_file(path, text))
