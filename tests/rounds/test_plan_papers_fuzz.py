"""Broken files are refused with a sentence, whatever is broken: never an error of ours."""

import io
import random
import zipfile

import pytest
import yaml

from chiso.rounds.plan_file import PlanErrors
from chiso.rounds.plan_papers.excel import write_workbook
from chiso.rounds.plan_papers.reading import read_plan_file
from tests.rounds.seed_word import saved, seed_document

WORD = saved(seed_document())
ROUNDS = 60


def workbook() -> bytes:
    return write_workbook(read_plan_file(WORD))


def survive(content: bytes) -> None:
    """Read it, or be told why not; any other error fails the test."""
    problems = ["none"]
    try:
        read_plan_file(content)
    except PlanErrors as errors:
        problems = errors.problems
    assert problems
    assert all(problem.strip() for problem in problems)


def repacked(content: bytes, dice: random.Random) -> bytes:
    """The package with bytes of one part changed: the archive is sound, what it holds is not."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    inner = [name for name in parts if name.startswith(("word/", "xl/")) and parts[name]]
    name = dice.choice([one for one in inner if "document.xml" in one or "sheet" in one or "shared" in one] + inner)
    parts[name] = torn(parts[name], dice)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for one, part in parts.items():
            package.writestr(one, part)
    return target.getvalue()


def torn(content: bytes, dice: random.Random) -> bytes:
    way = dice.randrange(4)
    place = dice.randrange(len(content))
    if way == 0:
        return content[:place]
    if way == 1:
        return content[:place] + content[place + dice.randrange(1, 200) :]
    if way == 2:
        return content[:place] + content[:place][-dice.randrange(1, 400) :] + content[place:]
    changed = bytearray(content)
    for _ in range(dice.randrange(1, 20)):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_torn_word_files(seed: int) -> None:
    dice = random.Random(seed)
    survive(torn(WORD, dice))
    survive(repacked(WORD, dice))


def test_torn_workbooks() -> None:
    content = workbook()
    for seed in range(ROUNDS // 6):  # Each starts a process.
        dice = random.Random(seed)
        survive(torn(content, dice))
        survive(repacked(content, dice))


SWAPS = (
    (b"w:tc>", b"w:tr>"),
    (b"w:tbl>", b"w:p>"),
    (b"<w:tblGrid>", b"<w:tblGrid/><w:x>"),
    (b'w:val="continue"', b'w:val=""'),
    (b"<w:r>", b"<w:r/>"),
    (b"<w:tcPr>", b'<w:tcPr><w:gridSpan w:val="9999"/>'),
    (b"<w:tcPr>", b'<w:tcPr><w:gridSpan w:val="-1"/>'),
    (b"<w:tcPr>", b"<w:tcPr><w:vMerge/>"),
    (b"2022", "\uff12\uff10\uff12\uff12".encode()),
    (b"28/11", b"99/99"),
    (b"<w:body>", b"<w:body><w:p/>" * 3),
)


@pytest.mark.parametrize(("old", "new"), SWAPS)
def test_crooked_word_tables(old: bytes, new: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(WORD)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["word/document.xml"] = parts["word/document.xml"].replace(old, new)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)
    survive(target.getvalue())


YAML = [
    "plan: {name: A, year: 2022}\ntasks: [{code: 1, title: B, deadline: [1]}]",
    "plan: {name: A, year: 2022}\ntasks: [{code: 1, title: B, deadline: {kind: period, from: x, to: 2022-13}}]",
    "plan: {name: A, year: 2022}\ntasks: [{code: 1, title: B, deadline: {kind: period, from: 2022-12-99, to: a-b}}]",
    "plan: {name: A, year: 2022}\ntasks: [{code: a/b, title: B, deadline: ''}]",
    "plan: {name: A, year: 99999}\ntasks: [{code: 1, title: B, deadline: Trước 28/11/2022}]",
    "plan: {name: A, year: 2022, aims: [1, {a: 2}]}\ntasks: [{code: 1, title: B, deadline: Trước 28/11/2022}]",
    "plan: {name: A, year: 2022}\nbodies: {aliases: 3}\ntasks: [{code: 1, title: B, deadline: Trước 28/11/2022}]",
    "plan: {name: A, year: 2022}\nbodies: {aliases: {a: [1]}}\ntasks: [{code: 1, title: B, deadline: '', lead: [a]}]",
    "a: &a [*a]\nplan: *a\ntasks: []",
    "plan: {name: '', year: 2022}\ntasks: [{code: '', title: '', deadline: ''}]",
    "plan: {name: A, year: 2022}\ntasks: [1, [2], ~, {code: 1, title: B, deadline: 2022-12-28}]",
    "plan: {name: A, year: 2022}\ntasks: [{code: 1, title: B, deadline: {kind: [a], text: X, date: 2022-12-28}}]",
]
REFUSED = [
    ("superior_plan: [a]", "", "`plan.superior_plan` phải là chữ"),
    ("name: ", "", "Thiếu `plan.name`"),
    ("", "title: ", "thiếu “title”"),
    ("", "title: [a]", "có danh sách"),
    ("", "lead: [[a]]", "có danh sách"),
    ("", "stage: published", "không phải tên giai đoạn"),
    ("", "deadline: '', stage: appraisal", "dòng tiêu đề, không mở giai đoạn"),
    ("", "deadline: {kind: before, text: X, date: 0001-01-01}", "không phải là ngày"),
    ("", "deadline: {kind: before, text: X, date: 9999-12-31}", "không phải là ngày"),
    ("", "deadline: {kind: latest, text: X, date: 2022-12-28 10:00:00}", "không phải là ngày"),
    ("", "deadline: {kind: period, text: X, from: 2022-12, to: 2022-11}", "“from” sau “to”"),
    ("", "deadline: {kind: before, text: Trước 28/11/2022, date: 2022-12-28}", "không khớp"),
    ("", "deadline: {kind: latest, text: Trước 28/11/2022, date: 2022-11-28}", "không khớp"),
    ("", "deadline: {kind: group, text: Trước 28/11/2022}", "không khớp"),
]


@pytest.mark.parametrize(("head", "row", "told"), REFUSED)
def test_yaml_that_says_nothing_or_contradicts_itself(head: str, row: str, told: str) -> None:
    plan = {"name": "A", "year": 2022} | yaml.safe_load(f"{{{head}}}")
    task = {"code": 1, "title": "B", "deadline": "Trước 28/11/2022"} | yaml.safe_load(f"{{{row}}}")
    with pytest.raises(PlanErrors, match=told):
        read_plan_file(yaml.safe_dump({"plan": plan, "tasks": [task]}).encode())


def test_yaml_that_leaves_something_blank_says_nothing_there() -> None:
    plan = read_plan_file(
        b'plan: {name: "A\\0\\uD800", year: 2022, superior_plan: }\n'
        b"tasks: [{code: 1, title: B, deadline: 28/11/2022, stage: , note: , lead: [~, a]}]"
    )
    (task,) = plan.tasks
    assert (plan.name, plan.superior_plan, task.stage, task.note, task.lead) == ("A", "", "", "", ("a",))


def test_yaml_that_grows_when_it_is_read() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for number in range(1, 12):
        bomb += f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 10)}]\n"
    bomb += "plan: {name: *a11, year: 2022}\ntasks: [{code: *a11, title: *a11, deadline: {kind: *a11}, lead: *a11}]"
    survive(bomb.encode())


def test_too_much_yaml_is_not_read() -> None:
    with pytest.raises(PlanErrors, match="lớn hơn 1 MB"):
        read_plan_file(b"# much\n" * 200_000)


@pytest.mark.parametrize("text", YAML)
def test_crooked_yaml(text: str) -> None:
    survive(text.encode())
