"""What a list of the team shows of a pass, and how: by criterion across units or by unit, all or filtered."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from chiso.assessments.choices import Pass
from chiso.assessments.drafts import has_draft
from chiso.assessments.pages.pass_rows import differs, is_disputed, is_mine, waits
from chiso.organizations.models import User
from chiso.rounds.models import Round

WAITING, CHANGED, FLAGGED, CLAIMED, VISIT, MINE = "cho", "khac", "giai-trinh", "khong-ap-dung", "kiem-tra", "cua-toi"
DISPUTED, DRAFTED = "chenh-lech", "ban-nhap"
"""The values of `?loc=`."""
LABELS: Mapping[str, str | Promise] = {
    WAITING: gettext_lazy("Chờ chấm"),
    CHANGED: gettext_lazy("Hạ, điều chỉnh điểm"),
    FLAGGED: gettext_lazy("Yêu cầu giải trình"),
    VISIT: gettext_lazy("Cần kiểm tra thực tế"),
    CLAIMED: gettext_lazy("Đề nghị không áp dụng"),
    DISPUTED: gettext_lazy("Chênh lệch, chờ Tổ trưởng"),
    DRAFTED: gettext_lazy("Bản nháp"),
    MINE: gettext_lazy("Của tôi"),
}
_BY_UNIT = "don-vi"
"""The value of `?theo=`."""


@dataclass(frozen=True)
class Listing:
    """How a person lists the leaves of a pass; kept in the address from the list to the workspace."""

    by_unit: bool = False
    kept: str = ""

    @property
    def query(self) -> str:
        """`?theo=don-vi&loc=cho`; empty for the list as it opens."""
        told = {"theo": _BY_UNIT if self.by_unit else "", "loc": self.kept}
        asked = urlencode({name: value for name, value in told.items() if value})
        return f"?{asked}" if asked else ""

    @property
    def goes_down(self) -> bool:
        """Whether the next one is simply the one below: the list is of leaves that were judged, or begun."""
        return self.kept in (CHANGED, FLAGGED, VISIT, DRAFTED)

    def sorted_by(self, *, by_unit: bool) -> "Listing":
        return replace(self, by_unit=by_unit)

    def keeping(self, kept: str) -> "Listing":
        return replace(self, kept=kept)


EVERYTHING = Listing()


def listing_of(query: Mapping[str, str]) -> Listing:
    """Read an address; what it does not know is left out."""
    kept = query.get("loc", "")
    return Listing(query.get("theo") == _BY_UNIT, kept if kept in LABELS else "")


def kept_by(kept: str, user: User, round: Round, number: Pass) -> Q:
    """The leaves that a filter keeps; on rows of `with_judgement`."""
    conditions = {
        WAITING: waits(user, round, number) & is_mine(user, round),
        CHANGED: differs(number),
        FLAGGED: Q(judged__needs_explanation=True),
        VISIT: Q(judged__needs_visit=True),
        CLAIMED: Q(not_applicable=True),
        DISPUTED: is_disputed(round, number),
        DRAFTED: has_draft(user, number) & is_mine(user, round),
        MINE: is_mine(user, round),
    }
    return conditions.get(kept, Q())
