"""Names of files that answers hold beside source text: without an extension, or with one that has no highlighter."""

import re

from core.files.languages import is_source_name, suffix_of
from core.files.markdown.names.file_extensions import EXTENSIONS

FILE_LABELS = (
    r"(?:file|path|datei|pfad|fichier|chemin|archivo|fichero|ruta|arquivo|ficheiro|caminho|percorso|bestand|plik|soubor"
    r"|tiedosto|dosya|berkas|fil|файл|путь|文件|檔案|档案|路径|路徑|ファイル|パス|파일|경로|ملف|फ़ाइल)"
    r"(?:\s?(?:name|path|namen?|pfad|名称|名稱|名|路径|路徑|パス|이름|명|경로))?"
    r"|nom du fichier|nombre del archivo|nombre de archivo|nome do arquivo|nome (?:del )?file"
    r"|имя файла|путь к файлу|naam"
)
"""Words for "file" and "path" that stand before a colon, in the languages that models answer in."""

_UPPER_CASE_NAMES = frozenset(
    {
        "license",
        "licence",
        "copying",
        "notice",
        "authors",
        "contributors",
        "readme",
        "changelog",
        "codeowners",
        "version",
        "cname",
        "install",
        "todo",
    }
)
"""In upper case alone: ``License`` is a heading."""
_PLAIN_NAMES = frozenset(
    {
        "brewfile",
        "caddyfile",
        "cmakelists.txt",
        "fastfile",
        "gnumakefile",
        "guardfile",
        "jenkinsfile",
        "justfile",
        "pipfile",
        "podfile",
        "rakefile",
        "snakefile",
        "tiltfile",
        "vagrantfile",
    }
)
_VARIANTS = re.compile(r"^(?:docker|container|make|jenkins)file[.-][\w.-]+$|^\.env\.[\w.-]+$", re.IGNORECASE)
_DOT_NAME = re.compile(r"^\.[a-z][\w-]*+(?:\.[\w-]+)*+$")
_DOT_NAME_END = re.compile(r"(?:rc|ignore|attributes|config|htaccess|htpasswd|version|versions|modules|keep)$")


def is_file_name(name: str) -> bool:
    """Whether a word is the name of a text file."""
    return is_source_name(name) or _is_plain_name(name) or suffix_of(name)[1:] in EXTENSIONS


def _is_plain_name(name: str) -> bool:
    return (
        (name.isupper() and name.lower() in _UPPER_CASE_NAMES)
        or name.lower() in _PLAIN_NAMES
        or _VARIANTS.match(name) is not None
        or (_DOT_NAME.match(name) is not None and _DOT_NAME_END.search(name) is not None)
    )
