"""All preliminary notices of a round in one ZIP, made in the background: a province has 168 of them.

What a notice says does not change after it was sent, so the file is made once for a sending.
"""

import io
import zipfile
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django_tasks import task

from chiso.assessments.models import PreliminaryNotice
from chiso.background.once import enqueue_once
from chiso.documents import preliminary_notice
from chiso.rounds.models import Round

_FOLDER = "notices"


def path_of(round: Round) -> str:
    return f"{_FOLDER}/{round.pk}.zip"


def is_ready(round: Round) -> bool:
    return bool(default_storage.exists(path_of(round)))


def ask_for_zip(round: Round, at: datetime) -> None:
    """Have the file made, unless it is there; asked again in another minute, it is tried again."""
    if not is_ready(round):
        enqueue_once(make_zip, f"notices-zip:{round.pk}:{at:%Y%m%d%H%M}", round.pk)


@task()
def make_zip(round_pk: int) -> str:
    """Print every notice of a round into one file, named by the code of its unit."""
    path = f"{_FOLDER}/{round_pk}.zip"
    if default_storage.exists(path):
        return path
    notices = PreliminaryNotice.objects.filter(dossier__round=round_pk).order_by("dossier__unit__code")
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as package:
        for notice in notices.select_related(*preliminary_notice.with_joins()):
            content = preliminary_notice.build(preliminary_notice.compose(notice))
            package.writestr(f"thong-bao-{notice.dossier.unit.code}.docx", content)
    return str(default_storage.save(path, ContentFile(target.getvalue())))
