"""The people of the tests, named once. The names are short so that a test reads like a story.

An enters for Xã Bắc and Bình approves there; Em and Phúc do so for Xã Nam. Giang coordinates, Hà heads the
authority, Chi appraises, Khánh leads the team, Dũng chairs the council, Lan and Mai sit on it, and Sơn is nobody.
"""

from dataclasses import dataclass

from chiso.organizations.choices import Role, UnitKind
from chiso.organizations.models import Unit, User
from tests.factories import MembershipFactory, UnitFactory, UserFactory

PASSWORD = "mat-khau-thu-01"


@dataclass(frozen=True)
class Cast:
    authority: Unit
    office: Unit
    north: Unit
    south: Unit
    an: User
    binh: User
    em: User
    phuc: User
    giang: User
    ha: User
    chi: User
    khanh: User
    dung: User
    lan: User
    mai: User
    son: User

    def everyone(self) -> dict[str, User]:
        return {name: value for name, value in vars(self).items() if isinstance(value, User)}


def engage() -> Cast:
    authority = UnitFactory(code="H", name="UBND huyện", kind=UnitKind.AUTHORITY, place="Hạ Lang")
    office = UnitFactory(code="NV", name="Phòng Nội vụ", kind=UnitKind.OFFICE, parent=authority)
    justice = UnitFactory(code="TP", name="Phòng Tư pháp", kind=UnitKind.OFFICE, parent=authority)
    north = UnitFactory(code="01", name="Xã Bắc", parent=authority)
    south = UnitFactory(code="02", name="Xã Nam", parent=authority)

    def person(name: str, full_name: str, unit: Unit | None = None, role: Role | None = None) -> User:
        user = UserFactory(email=f"{name}@chiso.example", full_name=full_name)
        if unit and role:
            MembershipFactory(user=user, unit=unit, role=role)
        return user

    return Cast(
        authority=authority,
        office=office,
        north=north,
        south=south,
        an=person("an", "Nông Thị An", north, Role.UNIT_EDITOR),
        binh=person("binh", "Lương Văn Bình", north, Role.UNIT_APPROVER),
        em=person("em", "Hà Thị Em", south, Role.UNIT_EDITOR),
        phuc=person("phuc", "Vi Văn Phúc", south, Role.UNIT_APPROVER),
        giang=person("giang", "Hoàng Thị Giang", office, Role.COORDINATOR),
        ha=person("ha", "Bế Văn Hà", authority, Role.AUTHORITY_HEAD),
        chi=person("chi", "Mã Thị Chi", justice, Role.OBSERVER),
        khanh=person("khanh", "Triệu Văn Khánh", office, Role.OBSERVER),
        dung=person("dung", "Đàm Văn Dũng"),
        lan=person("lan", "Lục Thị Lan"),
        mai=person("mai", "Chu Thị Mai"),
        son=person("son", "Trần Văn Sơn"),
    )
