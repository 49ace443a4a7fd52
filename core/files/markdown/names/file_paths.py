"""The paths that the files of one text get."""

from core.errors import InvalidInput
from core.files.languages import LANGUAGE_BY_EXTENSION, is_source_name, language_of
from core.files.markdown.events import FileOpened, PathRejected
from core.files.markdown.names.path_hints import FenceInfo
from core.files.markdown.prose import fallback_path
from core.files.paths import UniquePaths, safe_path


class FilePaths:
    """Gives out safe paths; ``default_path`` is for a file that nothing in the text names."""

    def __init__(self, default_path: str) -> None:
        self._default_path = default_path
        self.known = UniquePaths()
        self.has_named_file = False

    def claim(self, raw_path: str, info: FenceInfo, *, continues: bool = False) -> FileOpened | PathRejected:
        """The file that the text calls ``raw_path``: the same one for the same path, of which a part may be there."""
        try:
            path = safe_path(raw_path)
        except InvalidInput as error:
            return PathRejected(raw_path, error.message)
        self.has_named_file = True
        continues = continues and path in self.known
        return _opened(self.known.claim(path), info, continues=continues)

    def claim_unnamed(self, info: FenceInfo) -> FileOpened:
        """A file of its own, named by its language alone."""
        return _opened(self.known.claim_unused(fallback_path(info, self._default_path)), info)


def _opened(path: str, info: FenceInfo, *, continues: bool = False) -> FileOpened:
    tag_language = info.language if info.language in LANGUAGE_BY_EXTENSION.values() else "text"
    return FileOpened(path, language_of(path) if is_source_name(path) else tag_language, continues)
