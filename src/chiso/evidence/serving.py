"""Hand a document back: inline only what a browser shows safely, everything else as a download."""

from django.http import FileResponse

from chiso.evidence.models import Document
from chiso.evidence.storing import IMAGES, PDF


def respond_with(document: Document, *, download: bool = False) -> FileResponse:
    inline = document.media_type == PDF or document.media_type in IMAGES
    response = FileResponse(
        document.content.open("rb"),
        as_attachment=download or not inline,
        filename=document.name,
        content_type=document.media_type,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Nothing inside a document may run, load or be framed elsewhere.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    if document.media_type == PDF:
        # Browsers refuse to draw a sandboxed PDF; the viewer itself runs none of the page's rights.
        response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'self'"
    response.headers["Cache-Control"] = "private, max-age=0, must-revalidate"
    return response
