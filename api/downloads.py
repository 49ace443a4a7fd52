"""Files as downloads: a header that carries any name safely."""

from typing import Annotated
from urllib.parse import quote

from fastapi import Query, Response

from core.versions.versions import Archive

FormattedQuery = Annotated[bool, Query(description="0 gives the files as the model wrote them.")]


def zip_response(archive: Archive) -> Response:
    """The zip, with its name in both forms of RFC 6266: ASCII for the old, UTF-8 for the rest."""
    name = "".join(c if c.isalnum() or c in "-_. " else "_" for c in archive.name)
    ascii_name = name.encode("ascii", "replace").decode().replace("?", "_")
    disposition = f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name)}"
    return Response(archive.content, media_type="application/zip", headers={"Content-Disposition": disposition})
