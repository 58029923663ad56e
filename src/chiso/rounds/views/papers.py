from django.http import HttpResponse
from django.views.decorators.http import require_safe

from chiso.organizations.requests import UserRequest
from chiso.rounds.plan_papers.excel import write_workbook
from chiso.rounds.plan_source import plan_of
from chiso.rounds.views.frame import open_round

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def plan_workbook(request: UserRequest, pk: int) -> HttpResponse:
    """The plan as it stands now, as a workbook that can be edited and read again."""
    round = open_round(request, pk)
    round.plan.round = round
    response = HttpResponse(write_workbook(plan_of(round.plan)), content_type=_EXCEL)
    response.headers["Content-Disposition"] = f'attachment; filename="ke-hoach-{round.year}.xlsx"'
    return response
