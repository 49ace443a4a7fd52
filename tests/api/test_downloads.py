"""A zip's name comes through the header whole where it can, and never breaks it."""

from urllib.parse import unquote

import pytest

from api.downloads import zip_response
from core.versions.versions import Archive


def test_a_zip_is_sent_as_a_file_to_save() -> None:
    response = zip_response(Archive("Todo-backend.zip", b"PK"))
    assert (response.body, response.media_type) == (b"PK", "application/zip")
    disposition = "attachment; filename=\"Todo-backend.zip\"; filename*=UTF-8''Todo-backend.zip"
    assert response.headers["content-disposition"] == disposition


@pytest.mark.parametrize(
    ("name", "ascii_name", "whole_name"),
    [
        ("Löwe & Co.zip", "L_we _ Co.zip", "Löwe _ Co.zip"),
        ("日本 🐈.zip", "__ _.zip", "日本 _.zip"),
        ('a"b\\c/d;e.zip', "a_b_c_d_e.zip", "a_b_c_d_e.zip"),
        ("a\r\nb%20.zip", "a__b_20.zip", "a__b_20.zip"),
    ],
)
def test_a_name_stands_there_in_ascii_and_in_utf_8(name: str, ascii_name: str, whole_name: str) -> None:
    disposition = zip_response(Archive(name, b"")).headers["content-disposition"]
    plain, encoded = disposition.removeprefix('attachment; filename="').split("\"; filename*=UTF-8''")
    assert (plain, unquote(encoded)) == (ascii_name, whole_name)
    assert encoded.isascii()
    assert not set(encoded) & set(' "\\/;')
