"""What the page reads that checks a frozen result."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import ngettext

from chiso.common.numbers import format_number
from chiso.organizations.models import User
from chiso.results import verifying
from chiso.results.models import Result
from chiso.rounds.models import Round
from chiso.rounds.policy import runs

_SHOWN = 50


@dataclass(frozen=True)
class VerifyPage:
    """Hash and numbers, each with whether it is as frozen."""

    stated: str
    found: str
    is_same_hash: bool
    numbers: str
    differences: tuple[verifying.Difference, ...]
    broken: str
    url: str

    @property
    def is_sound(self) -> bool:
        return self.is_same_hash and not self.differences and not self.broken


def verify_url(user: User, round: Round, result: Result | None) -> str:
    """Where those who run the round check its frozen result."""
    return reverse("results:verify", args=[result.pk]) if result and runs(user, round) else ""


def verify_page(result: Result) -> VerifyPage:
    """Check a result as `chiso verify` does (no query)."""
    url = reverse("results:bundle", args=[result.pk])
    try:
        found = verifying.verify(result.bundle, result.digest)
    except verifying.BrokenBundle as error:
        same = verifying.digest_of(result.bundle)
        return VerifyPage(result.digest, same, same == result.digest, "", (), str(error), url)
    words = ngettext(
        "So sánh %(n)s giá trị (chỉ số, hạng, xếp loại, điểm từng lĩnh vực, tiêu chí).",
        "So sánh %(n)s giá trị (chỉ số, hạng, xếp loại, điểm từng lĩnh vực, tiêu chí).",
        found.compared,
    )
    return VerifyPage(
        found.stated,
        found.found,
        found.is_same_hash,
        words % {"n": format_number(found.compared)},
        found.differences[:_SHOWN],
        "",
        url,
    )
