"""The people of the demo. All names are invented; nobody here exists."""

import csv
from dataclasses import dataclass, field
from pathlib import Path

from django.contrib.auth.hashers import make_password

from chiso.organizations.choices import Role, UnitKind
from chiso.organizations.models import Membership, Unit, User

DATA = Path(__file__).parent / "data"
PASSWORD = "chiso-thu-2022"  # noqa: S105 printed by the command; sample data only
DOMAIN = "halang.example"

OFFICES = {
    "NV": "Phòng Nội vụ",
    "VP": "Văn phòng HĐND & UBND huyện",
    "TP": "Phòng Tư pháp",
    "TC": "Phòng Tài chính - Kế hoạch",
    "VH": "Phòng Văn hóa và Thông tin",
    "TT": "Trung tâm Văn hóa và Truyền thông",
}
_OFFICIALS = {
    "noi-vu": ("Hoàng Văn Lâm", "Trưởng phòng Nội vụ", "NV"),
    "chuyen-vien": ("Mã Thị Duyên", "Chuyên viên Phòng Nội vụ", "NV"),
    "to-truong": ("Triệu Thu Hà", "Phó Trưởng phòng Nội vụ", "NV"),
    "van-phong": ("Lục Văn Thành", "Phó Chánh Văn phòng HĐND & UBND huyện", "VP"),
    "tu-phap": ("Đàm Thị Vân", "Trưởng phòng Tư pháp", "TP"),
    "chuyen-vien-tp": ("Vi Thị Thảo", "Chuyên viên Phòng Tư pháp", "TP"),
    "tai-chinh": ("Bế Quốc Huy", "Trưởng phòng Tài chính - Kế hoạch", "TC"),
    "van-hoa": ("Hứa Thị Nga", "Trưởng phòng Văn hóa và Thông tin", "VH"),
    "truyen-thong": ("Sầm Văn Định", "Giám đốc Trung tâm Văn hóa và Truyền thông", "TT"),
}
_FAMILY = ("Nông", "Lương", "Hoàng", "Triệu", "Đinh", "Bế", "Mã", "Lục", "Hà", "Chu", "Vi", "Đàm", "Nguyễn")
_EDITOR_GIVEN = ("Thị Mai", "Thị Lan", "Văn Toàn", "Thị Hiền", "Văn Khánh", "Thị Thu", "Văn Bình")
_APPROVER_GIVEN = ("Văn Hải", "Quang Minh", "Văn Sơn", "Thị Hương", "Văn Tuấn")


SHARED = "01534"
"""The commune whose work is shared among several officials."""
_COLLEAGUES = {
    "ke-toan": ("Nông Thị Hạnh", "Công chức Tài chính - Kế toán"),
    "tu-phap": ("Lương Văn Quý", "Công chức Tư pháp - Hộ tịch"),
}


@dataclass
class Cast:
    """Who plays: units by code, people by the first part of their address."""

    authority: Unit
    offices: dict[str, Unit]
    communes: list[Unit]
    people: dict[str, User] = field(default_factory=dict)
    sign_ins: list[tuple[str, User]] = field(default_factory=list)

    def editor(self, unit: Unit) -> User:
        return self.people[f"cong-chuc-{unit.code}"]

    def colleague(self, key: str) -> User:
        """Another official of the commune that shares its work."""
        return self.people[f"{key}-{SHARED}"]

    def approver(self, unit: Unit) -> User:
        return self.people[f"chu-tich-{unit.code}"]


def engage() -> Cast:
    """Create the units and people of Hạ Lang district, each with a role."""
    province = Unit.objects.create(code="04", name="UBND tỉnh Cao Bằng", kind=UnitKind.SUPERIOR, place="Cao Bằng")
    authority = Unit.objects.create(
        code="048", name="UBND huyện Hạ Lang", kind=UnitKind.AUTHORITY, parent=province, place="Hạ Lang"
    )
    offices = {
        key: Unit.objects.create(code=f"048-{key}", name=name, kind=UnitKind.OFFICE, parent=authority)
        for key, name in OFFICES.items()
    }
    with (DATA / "units_ha_lang_2022.csv").open(encoding="utf-8") as file:
        communes = [
            Unit.objects.create(code=row["code"], name=row["name"], kind=UnitKind.JUDGED, parent=authority)
            for row in csv.DictReader(file)
        ]
    cast = Cast(authority, offices, communes)
    _engage_district(cast)
    for position, unit in enumerate(communes):
        _engage_commune(cast, position, unit)
    return cast


def _engage_district(cast: Cast) -> None:
    chair = _person(cast, "chu-tich", "Nông Minh Đức", "Chủ tịch UBND huyện")
    _hold(chair, cast.authority, Role.AUTHORITY_HEAD)
    # The council's chair has no role in the authority: the seat comes from the round's decision.
    _person(cast, "pho-chu-tich", "Lương Thị Hồng", "Phó Chủ tịch UBND huyện")
    for key, (name, title, office) in _OFFICIALS.items():
        official = _person(cast, key, name, title)
        role = Role.COORDINATOR if key in ("noi-vu", "chuyen-vien") else Role.UNIT_EDITOR
        _hold(official, cast.offices[office], role)


def _engage_commune(cast: Cast, position: int, unit: Unit) -> None:
    family = _FAMILY[position % len(_FAMILY)]
    other = _FAMILY[(position + 5) % len(_FAMILY)]
    editor = _person(
        cast,
        f"cong-chuc-{unit.code}",
        f"{family} {_EDITOR_GIVEN[position % len(_EDITOR_GIVEN)]}",
        "Công chức Văn phòng - Thống kê",
    )
    approver = _person(
        cast,
        f"chu-tich-{unit.code}",
        f"{other} {_APPROVER_GIVEN[position % len(_APPROVER_GIVEN)]}",
        f"Chủ tịch UBND {unit.name[0].lower()}{unit.name[1:]}",
    )
    _hold(editor, unit, Role.UNIT_EDITOR)
    for key, (name, title) in _COLLEAGUES.items() if unit.code == SHARED else ():
        _hold(_person(cast, f"{key}-{unit.code}", name, title), unit, Role.UNIT_EDITOR)
    _hold(approver, unit, Role.UNIT_APPROVER)


def _person(cast: Cast, key: str, name: str, title: str) -> User:
    # One hash for all: computing 40 of them would take longer than the whole play.
    shared = next((user.password for user in cast.people.values()), "") or make_password(PASSWORD)
    user = User.objects.create(email=f"{key}@{DOMAIN}", full_name=name, title=title, password=shared)
    cast.people[key] = user
    return user


def _hold(user: User, unit: Unit, role: Role) -> None:
    Membership.objects.create(user=user, unit=unit, role=role)
