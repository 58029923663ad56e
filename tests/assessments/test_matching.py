"""For which leaf a file is, told by its name."""

import unicodedata

import pytest

from chiso.assessments.matching import leaf_for_name
from chiso.scoring import IndexSet, read_index_set


def set_with(*codes: str) -> IndexSet:
    leaves = "".join(
        f'      - {{code: "{code}", name: Tiêu chí, max: 1, rule: {{kind: levels, levels: '
        "[{name: Có, points: 1}, {name: Không, points: 0}]}}\n"
        for code in codes
    )
    return read_index_set(
        "format: chiso-index-set/1\nid: t\nname: Thử\nyear: 2022\nversion: 1\nstatus: sample\n"
        f"total: {{minimum: 0}}\nscale: 100\nareas:\n  - code: A\n    name: A\n    max: {len(codes)}\n"
        f"    children:\n{leaves}"
    )


LEAVES = set_with("1.1.1", "1.1.10", "1.2", "2", "B.1", "TC9", "Ă.1")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("1.1.1_kehoach.pdf", "1.1.1"),
        ("1.1.1 - Kế hoạch.pdf", "1.1.1"),
        ("1.1.1. Kế hoạch.pdf", "1.1.1"),
        ("1.1.1.pdf", "1.1.1"),
        ("TC1.1.1.pdf", "1.1.1"),
        ("tc_1.1.1-a.pdf", "1.1.1"),
        ("Tiêu chí 1.2 Báo cáo.docx", "1.2"),
        ("(1.2) Báo cáo.docx", "1.2"),
        ("1.1.10_ảnh.png", "1.1.10"),
        ("B.1 sáng kiến.pdf", "B.1"),
        ("b.1.pdf", "B.1"),
        ("TC9.pdf", "TC9"),
        ("TC TC9.pdf", "TC9"),
        ("ă.1 x.pdf", "Ă.1"),
        ("1.1.100.pdf", None),
        ("1.1.1a.pdf", None),
        ("1.1_kehoach.pdf", None),
        ("1.2.2022 báo cáo.pdf", None),
        ("Báo cáo 1.2.pdf", None),
        ("B.10.pdf", None),
        ("2022.pdf", None),
        ("2.5.pdf", None),
        ("", None),
        (".pdf", None),
    ],
    ids=lambda value: repr(value) if value else "none",
)
def test_the_leaf_of_a_name(name: str, code: str | None) -> None:
    assert leaf_for_name(LEAVES, name) == code
    assert leaf_for_name(LEAVES, unicodedata.normalize("NFD", name)) == code
