"""From rows to the tree: codes, kinds of areas, rules, and the place of every part for messages."""

from dataclasses import replace
from decimal import Decimal, InvalidOperation

from chiso.indexsets.exchange.drafts import Notebook, Place, RowKind
from chiso.indexsets.exchange.guessing import Guess, Leaf, guess_rule
from chiso.indexsets.exchange.headers import Role
from chiso.indexsets.exchange.items import Item, ScaleLine, give_codes
from chiso.indexsets.exchange.node_cells import KEY_ROLES
from chiso.indexsets.exchange.outline import Outline, sentences_as_lines
from chiso.indexsets.exchange.rule_lines import WORDS_OF, Line, build_rule
from chiso.indexsets.exchange.sentences import Sentence, read_sentence
from chiso.indexsets.exchange.trees import Tree, Value, text_at
from chiso.indexsets.exchange.words import RULES, fold, key_of

_LINE_KEYS = (
    (("name", "numerator", "denominator", "unit", "question", "expression", "value"), Role.NAME),
    (("points", "points_up_to", "else", "per", "start", "floor", "step", "minimum"), Role.POINTS),
    (("from", "above", "target", "full_from", "proportional_from"), Role.THRESHOLD),
    (("up_to_days", "per_day_after", "refuse_after_days"), Role.THRESHOLD),
)
_KINDS = {"bonus": ("diem thuong", "diem cong", "thuong diem"), "penalty": ("diem tru", "tru diem")}


class Grower:
    """Makes the tree of what an `Outline` read."""

    def __init__(self, outline: Outline, notebook: Notebook) -> None:
        self.outline = outline
        self.notebook = notebook

    def grow(self) -> list[Value]:
        """Give the list ``areas``; faults and guesses go to the notebook."""
        areas = self.outline.areas
        joined = give_codes(areas)
        if joined:
            first, code = joined[0], text_at(joined[0].tree, "code")
            text = f"Số thứ tự lặp lại ở nhiều nơi nên mã được ghép với mã cấp trên, như {first.number} thành {code}"
            self.notebook.warn(first.at(Role.CODE), f"{text} (có {len(joined)} mã như vậy).", code=code)
        self._tell_repeated_codes(areas)
        trees: list[Value] = []
        for position, area in enumerate(areas):
            self._guess_kind(area)
            trees.append(self._grow(area, f"areas[{position}]", text_at(area.tree, "kind"), depth=0))
        self._check_totals(areas)
        return trees

    def _tell_repeated_codes(self, areas: list[Item]) -> None:
        first: dict[str, Item] = {}
        for item in (one for area in areas for one in area.walk()):
            code = text_at(item.tree, "code")
            before = first.setdefault(code, item)
            if code and before is not item:
                where = f"dòng {before.place.row}"
                if before.place.sheet != item.place.sheet:
                    where = f"{before.place.sheet}, {where}"
                self.notebook.error(item.at(Role.CODE), f"Mã “{code}” đã dùng ở {where}.", code=code)

    def _guess_kind(self, area: Item) -> None:
        """An office says “điểm thưởng” and “điểm trừ” in the name of the area only."""
        if area.is_exact or "kind" in area.tree:
            return
        name = text_at(area.tree, "name")
        folded = fold(name)
        for kind, signs in _KINDS.items():
            if any(sign in folded for sign in signs):
                area.tree["kind"] = kind
                word = "điểm thưởng" if kind == "bonus" else "điểm trừ"
                self.notebook.guess(
                    area.place, f"Lĩnh vực này là {word}.", code=text_at(area.tree, "code"), source=name
                )
                self._mend_bonus(area)
                return

    def _mend_bonus(self, area: Item) -> None:
        """The points of a bonus area are what it may add at most, where its criteria sum to something else."""
        maximum = text_at(area.tree, "max")
        below = [_decimal(text_at(child.tree, "max")) for child in area.children]
        is_sum = None not in below and _decimal(maximum) == sum((one for one in below if one is not None), Decimal(0))
        if area.tree["kind"] == "bonus" and maximum and area.children and not is_sum and "cap" not in area.tree:
            area.tree["cap"] = area.tree.pop("max")
            text = f"{maximum.replace('.', ',')} điểm được hiểu là mức trần, vì các tiêu chí cộng lại khác số đó."
            self.notebook.guess(area.at(Role.MAX), text, code=text_at(area.tree, "code"))

    def _grow(self, item: Item, path: str, kind: str, *, depth: int) -> Tree:
        tree = item.tree
        self._place_node(item, path)
        if kind == "penalty" and not item.is_exact:
            self._mend_penalty(item)
        if item.children:
            self._place_lines_of_parent(item)
        if item.lines or item.rule_word or not item.children:
            self._grow_rule(item, path, kind)
        if item.children:
            tree["children"] = [
                self._grow(child, f"{path}.children[{position}]", kind, depth=depth + 1)
                for position, child in enumerate(item.children)
            ]
        read_as = RowKind.LEAF if "rule" in tree else RowKind.AREA if depth == 0 else RowKind.CRITERION
        row = self.notebook.rows[item.row]
        self.notebook.rows[item.row] = replace(row, kind=read_as, code=text_at(tree, "code"))
        return tree

    def _place_node(self, item: Item, path: str) -> None:
        self.notebook.places[path] = item.place
        for key, role in KEY_ROLES.items():
            if role in item.columns.places:
                self.notebook.places[f"{path}.{key}"] = item.at(role)

    def _mend_penalty(self, item: Item) -> None:
        """A maximum of a penalty is written as the most that is taken, often with a minus."""
        maximum = text_at(item.tree, "max")
        if maximum.startswith("-"):
            item.tree["max"] = maximum.removeprefix("-")
        if item.depth == 0 and "max" in item.tree and "cap" not in item.tree:
            item.tree["cap"] = item.tree.pop("max")

    def _place_lines_of_parent(self, item: Item) -> None:
        """Lines above the first child explain the parent; they are kept as guidance."""
        if item.is_exact or not item.lines or item.rule_word:
            return
        words = "\n".join(line.text for line in item.lines)
        item.tree["guidance"] = "\n".join(filter(None, (text_at(item.tree, "guidance"), words)))
        text = "Các dòng không có số đứng trước cấp dưới được giữ làm hướng dẫn, không phải thang điểm."
        self.notebook.warn(item.lines[0].place, text, code=text_at(item.tree, "code"))
        item.lines = []

    def _grow_rule(self, item: Item, path: str, kind: str) -> None:
        if item.is_exact or key_of(item.rule_word, RULES):
            self._exact_rule(item, path)
        else:
            self._guessed_rule(item, path, kind)

    def _exact_rule(self, item: Item, path: str) -> None:
        """A leaf of our own layouts: the kind is named, the lines say what they are."""
        code = text_at(item.tree, "code")
        kind = key_of(item.rule_word, RULES) if item.rule_word else None
        if kind is None:
            if item.rule_word:
                text = f"Không có cách chấm “{item.rule_word}”; hãy chọn trong danh sách."
                self.notebook.error(item.at(Role.RULE), text, code=code)
            elif item.lines:
                self.notebook.error(item.at(Role.RULE), "Có thang điểm nhưng thiếu cách chấm.", code=code)
            return
        lines = [one.line for one in item.lines if one.line is not None] or sentences_as_lines(kind, item)
        self._put_rule(item, path, kind, lines, [one.place for one in item.lines])

    def _put_rule(self, item: Item, path: str, kind: str, lines: list[Line], places: list[Place]) -> None:
        built = build_rule(kind, lines)
        item.tree["rule"] = {key: value for key, value in built.tree.items() if value != ""}
        self.notebook.places[f"{path}.rule"] = item.at(Role.RULE) if item.columns.is_ours else item.place
        for part, number in built.places.items():
            self._place_line(item, f"{path}.rule.{part}", places[number])
        for number in built.strays:
            known = ", ".join(sorted(WORDS_OF.get(kind, set())))
            name = RULES.get(kind, kind)
            text = f"Dòng “{lines[number].word}” không dùng hoặc bị lặp trong cách chấm “{name}”"
            text += f" (gồm: {known})." if known else "."
            self.notebook.error(places[number], text, code=text_at(item.tree, "code"))

    def _place_line(self, item: Item, path: str, place: Place) -> None:
        """A line of our Excel layout has a column for its text, its threshold and its points."""
        self.notebook.places[path] = place
        if not item.columns.is_ours:
            return
        for keys, role in _LINE_KEYS:
            cell = Place(place.sheet, place.row, item.columns.title(role))
            for key in keys:
                self.notebook.places[f"{path}.{key}"] = cell
                if path.endswith(f".{key}"):
                    self.notebook.places[path] = cell

    def _guessed_rule(self, item: Item, path: str, kind: str) -> None:
        sentences = tuple(read_sentence(one.text, one.points) for one in item.lines)
        name, maximum = text_at(item.tree, "name"), text_at(item.tree, "max")
        guess = guess_rule(Leaf(name, maximum, kind == "penalty", sentences))
        places = [_source_place(item, source) for _, source in guess.lines]
        self._put_rule(item, path, guess.kind, [line for line, _ in guess.lines], places)
        self._tell_guess(item, guess, sentences)
        self._tell_lines_without_points(item, guess, sentences)

    def _tell_guess(self, item: Item, guess: Guess, sentences: tuple[Sentence, ...]) -> None:
        code = text_at(item.tree, "code")
        source = " · ".join(" ".join(one.text.split()) for one in sentences)[:300]
        text = f"Cách chấm được đoán là “{RULES[guess.kind]}”."
        self.notebook.guess(item.place, " ".join([text, *guess.doubts]), code=code, source=source)
        row = self.notebook.rows[item.row]
        self.notebook.rows[item.row] = replace(row, is_guess=True)

    def _tell_lines_without_points(self, item: Item, guess: Guess, sentences: tuple[Sentence, ...]) -> None:
        if guess.kind not in {"levels", "ratio.steps", "count"}:
            return
        for line, sentence in zip(item.lines, sentences, strict=True):
            if not sentence.points:
                text = f"Không đọc được điểm của mức “{sentence.head}”."
                self.notebook.error(line.place, text, code=text_at(item.tree, "code"))

    def _check_totals(self, areas: list[Item]) -> None:
        base = [_decimal(text_at(area.tree, "max")) for area in areas if text_at(area.tree, "kind") in {"", "base"}]
        total = sum((one for one in base if one is not None), Decimal(0))
        for place, cell in self.outline.totals:
            written = _decimal(cell.replace(",", "."))
            if written is not None and written != total:
                text = f"Dòng tổng cộng ghi {cell} nhưng tổng điểm tối đa các lĩnh vực là {_show(total)}."
                self.notebook.error(place, text)


def _source_place(item: Item, source: int) -> Place:
    lines: list[ScaleLine] = item.lines
    return lines[source].place if 0 <= source < len(lines) else item.place


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _show(number: Decimal) -> str:
    return f"{number.normalize():f}".replace(".", ",")
