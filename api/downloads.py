"""Files as downloads: a header that carries any name safely."""

from urllib.parse import quote

from fastapi import Response

from core.versions import Archive


def attachment(archive: Archive) -> Response:
    """The zip, with its name in both forms of RFC 6266: ASCII for the old, UTF-8 for the rest."""
    name = "".join(c if c.isalnum() or c in "-_. " else "_" for c in archive.name)
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return Response(archive.content, media_type="application/zip", headers={"Content-Disposition": disposition})
