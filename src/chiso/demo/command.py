"""`chiso demo`: fill a data folder with a round, as far as the stage asked for, and say how to sign in."""

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from chiso.audit.origin import acting_from
from chiso.background import process_time
from chiso.background.lock import DataFolderBusy, hold_data_folder
from chiso.common.dates import format_moment
from chiso.common.numbers import format_points
from chiso.demo.cast import PASSWORD, engage
from chiso.demo.ha_lang import STOPS, HaLang
from chiso.demo.stage import Script
from chiso.organizations import clock
from chiso.organizations.models import Installation, Unit, User
from chiso.results.models import Publication, Ranking
from chiso.rounds.choices import StageKey

Tell = Callable[[datetime, str], None]

SCALES = ("ha-lang-2022",)
SIGN_INS = (
    ("Công chức xã Minh Long", "cong-chuc-01534"),
    ("Chủ tịch UBND xã Minh Long", "chu-tich-01534"),
    ("Cơ quan thường trực (Phòng Nội vụ)", "noi-vu"),
    ("Chuyên viên thẩm định", "van-phong"),
    ("Tổ trưởng Tổ Chuyên viên", "to-truong"),
    ("Chủ tịch Hội đồng thẩm định", "pho-chu-tich"),
    ("Chủ tịch UBND huyện", "chu-tich"),
)


def run(scale: str, stage: str | None, reset: bool, data: Path) -> int:  # noqa: FBT001 the command line's own words
    """Play the demo; answers the exit code: 1 with a sentence when this data folder may not be touched."""
    if scale not in SCALES:
        return _refuse(f"không có bộ dữ liệu “{scale}”; hiện có: {', '.join(SCALES)}.")
    try:
        with hold_data_folder(data, "chiso demo"), acting_from("chiso demo"):
            call_command("migrate", verbosity=0)
            if not reset and stage is None and clock.is_demo():
                _say("Đã có dữ liệu thử ở đây, giữ nguyên. Thêm --reset để xóa và dựng lại.")
                return 0
            refusal = _clear(reset=reset)
            if refusal:
                return _refuse(refusal)
            play_until(StageKey(stage or StageKey.PUBLISHED), tell=_tell)
    except DataFolderBusy as busy:
        return _refuse(str(busy))
    _report()
    return 0


def play_until(stage: StageKey, *, tell: Tell) -> None:
    """Play the round of Hạ Lang up to the middle of a stage, and set this database's clock there."""
    stop_at(begin(tell), stage)


def begin(tell: Tell) -> Script:
    """Engage the cast in an empty database, and answer the script of the whole round."""
    Installation.objects.create(pk=1, is_demo=True)
    return HaLang(engage(), tell).write()


def stop_at(script: Script, stage: StageKey) -> None:
    """Play on to the middle of a stage, and set this database's clock there."""
    script.perform(STOPS[stage])
    Installation.objects.filter(pk=1).update(clock_offset=STOPS[stage] - process_time.now())
    clock.forget()


def _clear(*, reset: bool) -> str:
    """Empty a demo database when asked to; answers why not, if this one may not be touched."""
    is_demo = Installation.objects.filter(is_demo=True).exists()
    if not is_demo and (Unit.objects.exists() or User.objects.exists()):
        return f"{settings.DATA_DIR} chứa dữ liệu thật nên không dựng dữ liệu thử. Chọn thư mục khác bằng --data."
    if is_demo and not reset:
        return "Đã có dữ liệu thử ở đây. Thêm --reset để xóa và dựng lại."
    if is_demo:
        _empty_database()
    return ""


def _empty_database() -> None:
    if connection.vendor == "sqlite":
        name = Path(connection.settings_dict["NAME"])
        connection.close()
        for suffix in ("", "-wal", "-shm"):
            name.with_name(name.name + suffix).unlink(missing_ok=True)
        call_command("migrate", verbosity=0)
    else:
        call_command("flush", interactive=False, verbosity=0)


def _tell(at: datetime, text: str) -> None:
    _say(f"{timezone.localtime(at):%d/%m/%Y %H:%M}  {text}")


def _report() -> None:
    publication = Publication.objects.in_force().select_related("result").first()
    if publication:
        _say("\nHạng  Chỉ số  Xếp loại      Đơn vị")
        lines = Ranking.objects.filter(result=publication.result).select_related("unit")
        for line in lines.order_by("rank", "unit__code"):
            _say(f"{line.rank or '–':>4}  {format_points(line.total):>6}  {line.grade:<12}  {line.unit.name}")
        _say(f"\nQuyết định: {publication.decision.path}")
    _say(f"\nDữ liệu mẫu, bây giờ là {format_moment(clock.now())}. Mật khẩu của mọi tài khoản: {PASSWORD}")
    for label, key in SIGN_INS:
        user = User.objects.get(email__startswith=f"{key}@")
        _say(f"  {label:<36} {user.email}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"chiso demo: {sentence}\n")
    return 1
