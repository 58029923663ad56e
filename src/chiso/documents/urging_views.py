"""The urging letter as Word: a draft of what is chosen on the page, and what was sent."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chiso.common.asking import require
from chiso.common.dates import end_of_day
from chiso.documents import urging_letter
from chiso.organizations.requests import UserRequest
from chiso.rounds.views.frame import open_round
from chiso.tracking import policy
from chiso.tracking.forms import UrgeForm
from chiso.tracking.models import UrgingLetter
from chiso.tracking.owing import owing

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_safe
def letter(request: UserRequest, pk: int) -> HttpResponse:
    """A letter that was sent, for those who run the round and the units that it went to."""
    seen = UrgingLetter.objects.visible_to(request.user)
    found = get_object_or_404(
        seen.select_related("task", "round__authority", "round__coordinator", "round__plan__round"), pk=pk
    )
    return _word(urging_letter.build(urging_letter.compose(found)), f"cong-van-don-doc-{found.pk}.docx")


@require_POST
def letter_draft(request: UserRequest, pk: int) -> HttpResponse:
    """What the letter to those chosen on the page would be; writes nothing."""
    round = open_round(request, pk)
    require(policy.can_chase(request.user, round))
    chosen = set(request.POST.getlist("chosen"))
    picked = [one for one in owing(round) if one.key in chosen and one.unit]
    if not picked:
        return HttpResponse(
            _("Chưa chọn cơ quan, đơn vị nào để gửi công văn. Hãy quay lại và chọn."),
            status=422,
            content_type="text/plain; charset=utf-8",
        )
    form = UrgeForm(request.POST)
    form.is_valid()  # A draft takes what there is.
    number, day, text, until = form.letter_so_far()
    units = [one.unit for one in picked if one.unit and one.task == picked[0].task]
    ends_at = end_of_day(until) if until else None
    drafted = urging_letter.draft(
        round, picked[0].task, units, request.now, number=number, day=day, text=text, until=ends_at
    )
    return _word(urging_letter.build(drafted), f"cong-van-don-doc-du-thao-{round.year}.docx")


def _word(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=_WORD)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
