"""argparse that speaks Vietnamese: headings, and what is wrong with a command line."""

import argparse
import re
from typing import Any, NoReturn

_SENTENCES = [
    (r"the following arguments are required: (.+)", r"còn thiếu: \1"),
    (r"unrecognized arguments: (.+)", r"không hiểu: \1"),
    (r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)", r"\1: không có \2; chọn một trong: \3"),
    (r"argument (.+?): expected one argument", r"\1: cần một giá trị"),
    (r"argument (.+?): expected at least one argument", r"\1: cần ít nhất một giá trị"),
    (r"argument (.+?): ignored explicit argument (.+)", r"\1: không nhận giá trị \2"),
    (r"ambiguous option: (.+?) could match (.+)", r"\1: chưa rõ là tùy chọn nào trong: \2"),
    (r"argument (.+?): (.+)", r"\1: \2"),
]


class _Layout(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=30, width=100)

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "Cách dùng: " if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """A parser whose help and errors are Vietnamese sentences."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, add_help=False, formatter_class=_Layout, allow_abbrev=False)
        self._positionals.title = "Các đối số"
        self._optionals.title = "Tùy chọn"
        self.add_argument("-h", "--help", action="help", help="hiện hướng dẫn này")

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where the help is; exit code 2."""
        self.exit(2, f"chiso: {vietnamese(message)}.\nXem hướng dẫn: {self.prog} --help\n")


def vietnamese(message: str) -> str:
    """Turn a message of argparse into Vietnamese; one that is not known stays."""
    for pattern, sentence in _SENTENCES:
        if re.fullmatch(pattern, message):
            return re.sub(pattern, sentence, message)
    return message


def whole_number(lowest: int, highest: int) -> Any:
    """Return an argparse type: a whole number within limits."""

    def read(text: str) -> int:
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not lowest <= int(text) <= highest:
            raise argparse.ArgumentTypeError(f"“{text}” không phải số nguyên từ {lowest} đến {highest}")
        return int(text)

    return read
