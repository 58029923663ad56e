from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chiso.common.refusals import RuleViolation
from chiso.indexsets import actions
from chiso.indexsets.views.sets import seen_edition
from chiso.organizations.requests import UserRequest


@require_POST
def start_reissue(request: UserRequest, pk: int) -> HttpResponse:
    """Begin the draft that will replace an issued edition."""
    try:
        draft = actions.start_reissue(seen_edition(request, pk), request.user, request.now)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect("indexsets:edition", pk)
    messages.success(request, _("Đã tạo dự thảo ban hành lại; bản đang dùng giữ nguyên đến khi bản mới ban hành."))
    return redirect("indexsets:edition", draft.pk)
