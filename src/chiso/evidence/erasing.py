"""Take the bytes of a removed document off the storage, and everything that was made of them."""

from django.core.files.storage import default_storage
from django_tasks import task

from chiso.evidence.models import Document, path_of
from chiso.evidence.previews import delete_preview


def erase(sha256: str) -> None:
    """Delete what lies under this hash, unless somebody still holds it; a second run finds nothing."""
    if Document.objects.filter(sha256=sha256, removed_at=None).exists():
        return
    default_storage.delete(path_of(sha256))
    delete_preview(sha256)


@task()
def erase_removed(sha256: str) -> str:
    """Once more in the background: the process that removed the document may have died before it erased."""
    erase(sha256)
    return "erased"
