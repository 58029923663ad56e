"""The `chiso` command. `score` and `index-set` know no Django, and start at once."""

# ruff: noqa: PLC0415 - Django must be set up, for the data folder just named, before anything of ours with
# models may be imported; and the commands that need no Django shall not wait for it.

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from chiso.config.parser import Parser, whole_number
from chiso.config.processes import say

STAGES = [
    "preparation",
    "self_assessment",
    "aggregation",
    "appraisal",
    "notice",
    "supplement",
    "reappraisal",
    "council",
    "approval",
    "published",
]
DESCRIPTION = """\
chiso - phần mềm xác định Chỉ số cải cách hành chính.

Bắt đầu: `chiso demo` dựng dữ liệu thử, rồi `chiso serve` mở trang web."""
DATABASE_HELP = "Hãy chạy `chiso serve` hoặc `chiso demo` một lần, hoặc xem lại biến CHISO_DATABASE_URL."


Command = Callable[[argparse.Namespace], int]


def with_django(command: Command) -> Command:
    """Load settings and models first: the data folder is in the environment by now."""

    def run(options: argparse.Namespace) -> int:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chiso.config.settings")
        import django

        django.setup()
        from django.db import OperationalError

        try:
            return command(options)
        except OperationalError as error:
            say(f"chiso: cơ sở dữ liệu chưa sẵn sàng ({error}). {DATABASE_HELP}", error=True)
            return 1

    return run


@with_django
def demo(options: argparse.Namespace) -> int:
    """Fill the data folder with the demo."""
    from chiso.demo import command

    return command.run(options.scale, options.stage, options.reset, options.data)


def serve(options: argparse.Namespace) -> int:
    """Run the web server and the worker."""
    from chiso.config.serve import serve

    return serve(options.data, options.host, options.port, options.workers)


@with_django
def worker(options: argparse.Namespace) -> int:
    """Run background tasks alone."""
    from chiso.background.worker import run_worker

    run_worker()
    return 0


def score(options: argparse.Namespace) -> int:
    """Score a file of facts."""
    from chiso import scoring

    return scoring.run_score(options.set, options.facts, options.units, options.out, sys.stdout, sys.stderr)


def verify(options: argparse.Namespace) -> int:
    """Check a frozen result."""
    from chiso.results import verifying

    return verifying.run_verify(options.file, sys.stdout, sys.stderr)


def check_index_set(options: argparse.Namespace) -> int:
    """Check an index-set file."""
    from chiso.indexsets import exchange

    return exchange.run_check(options.file, sys.stdout, sys.stderr)


def convert_index_set(options: argparse.Namespace) -> int:
    """Convert an index set between YAML, Excel and Word."""
    from chiso.indexsets import exchange

    return exchange.run_convert(options.source, options.target, sys.stdout, sys.stderr, keep_draft=options.draft)


def diff_index_sets(options: argparse.Namespace) -> int:
    """Say how two index sets differ."""
    from chiso.indexsets import exchange

    return exchange.run_diff(options.old, options.new, sys.stdout, sys.stderr)


@with_django
def export_facts(options: argparse.Namespace) -> int:
    """Write the facts of a round."""
    from chiso.results import exports

    return exports.export_facts(options.round, options.stage, options.out)


@with_django
def export_results(options: argparse.Namespace) -> int:
    """Write the results of a round."""
    from chiso.results import exports

    return exports.export_results(options.round, options.out)


@with_django
def check_files(options: argparse.Namespace) -> int:
    """Check the stored documents by their hashes."""
    from chiso.evidence import checking

    return checking.run_check(sys.stdout)


def manage(options: argparse.Namespace) -> int:
    """Pass the words on to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chiso.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["chiso manage", *options.words])
    return 0


def build_parser() -> Parser:
    """Describe every command and option."""
    parser = Parser(prog="chiso", description=DESCRIPTION)
    _add_data(parser, default=Path(os.environ.get("CHISO_DATA") or "var"))
    commands = parser.add_subparsers(title="Các lệnh", dest="command", metavar="LỆNH", required=True)

    def add(name: str, run: Command, text: str, to: Any = commands) -> Parser:
        command: Parser = to.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        command.set_defaults(run=run)
        _add_data(command, default=argparse.SUPPRESS)
        return command

    def add_group(name: str, text: str) -> Any:
        group = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        return group.add_subparsers(title="Các lệnh", dest="subcommand", metavar="LỆNH", required=True)

    command = add("demo", demo, "dựng dữ liệu thử: một đợt đánh giá có thật, đang ở giai đoạn tùy chọn")
    command.add_argument("--scale", default="ha-lang-2022", metavar="TÊN", help="bộ dữ liệu (ha-lang-2022)")
    command.add_argument("--stage", choices=STAGES, metavar="GĐ", help=f"dừng ở giai đoạn: {', '.join(STAGES)}")
    command.add_argument("--reset", action="store_true", help="xóa dữ liệu đang có rồi dựng lại")

    command = add("serve", serve, "chạy máy chủ web và tiến trình nền")
    command.add_argument("--port", type=whole_number(1, 65535), default=8000, metavar="CỔNG", help="cổng (8000)")
    command.add_argument("--host", default="127.0.0.1", metavar="ĐỊA CHỈ", help="địa chỉ lắng nghe (127.0.0.1)")
    command.add_argument("--workers", type=whole_number(1, 64), default=2, metavar="SỐ", help="số tiến trình web (2)")

    add("worker", worker, "chỉ chạy tiến trình nền; dùng khi máy chủ web chạy riêng")

    command = add("score", score, "tính điểm từ tệp bộ chỉ số và tệp số liệu; không cần cơ sở dữ liệu")
    command.add_argument("--set", type=Path, required=True, metavar="TỆP", help="bộ chỉ số (.yaml)")
    command.add_argument("--facts", type=Path, required=True, metavar="TỆP", help="số liệu (.csv)")
    command.add_argument("--units", type=Path, metavar="TỆP", help="danh sách đơn vị và khối (.csv)")
    command.add_argument("--out", type=Path, metavar="TỆP", help="nơi ghi kết quả (mặc định: ra màn hình)")

    _add_verify(add)

    add("check-files", check_files, "kiểm tra tài liệu đã lưu: tệp nào mất, tệp nào bị sửa (theo mã băm SHA-256)")

    group = add_group("index-set", "làm việc với tệp bộ chỉ số")
    command = add("check", check_index_set, "kiểm tra một tệp bộ chỉ số, nêu mọi lỗi cùng lúc", group)
    command.add_argument("file", type=Path, metavar="TỆP", help="bộ chỉ số (.yaml, .xlsx, .docx)")

    text = "đổi một tệp bộ chỉ số giữa YAML, Excel và Word, theo đuôi của tệp sẽ ghi"
    command = add("convert", convert_index_set, text, group)
    command.add_argument("source", type=Path, metavar="NGUỒN", help="bộ chỉ số (.yaml, .xlsx, .docx)")
    command.add_argument("target", type=Path, metavar="ĐÍCH", help="tệp sẽ ghi (.yaml, .xlsx, .docx)")
    command.add_argument("--draft", action="store_true", help="ghi cả khi bộ chỉ số còn lỗi")

    command = add("diff", diff_index_sets, "so sánh hai bộ chỉ số; mã thoát 0 là giống nhau, 1 là khác nhau", group)
    command.add_argument("old", type=Path, metavar="CŨ", help="bộ chỉ số (.yaml, .xlsx, .docx)")
    command.add_argument("new", type=Path, metavar="MỚI", help="bộ chỉ số (.yaml, .xlsx, .docx)")

    _add_exports(add, add_group)

    command = add("manage", manage, "lệnh quản trị của Django, ví dụ: chiso manage changepassword")
    command.add_argument("words", nargs=argparse.REMAINDER, metavar="…", help="lệnh của Django")
    return parser


def _add_verify(add: Callable[..., Parser]) -> None:
    text = "kiểm tra tệp bản chụp kết quả: mã kiểm tra và mọi con số tính lại; không cần cơ sở dữ liệu"
    command = add("verify", verify, text)
    command.add_argument("file", type=Path, metavar="TỆP", help="bản chụp kết quả (.json) tải từ trang Kiểm tra")


def _add_exports(add: Callable[..., Parser], add_group: Callable[[str, str], Any]) -> None:
    group = add_group("facts", "số liệu các đơn vị đã khai")
    command = add("export", export_facts, "ghi số liệu của một đợt ra tệp mà `chiso score` đọc được", group)
    _add_round(command)
    command.add_argument("--stage", choices=STAGES, metavar="GĐ", help="số liệu như ở giai đoạn này")
    command.add_argument("--out", type=Path, required=True, metavar="TỆP", help="tệp .csv sẽ ghi")

    group = add_group("results", "kết quả của một đợt")
    command = add("export", export_results, "ghi điểm và xếp hạng của một đợt ra tệp", group)
    _add_round(command)
    command.add_argument("--out", type=Path, required=True, metavar="TỆP", help="tệp .csv sẽ ghi")


def _add_data(parser: Parser, default: Any) -> None:
    text = "thư mục dữ liệu (biến CHISO_DATA, hoặc ./var)"
    parser.add_argument("--data", type=Path, metavar="THƯ MỤC", default=default, help=text)


def _add_round(parser: Parser) -> None:
    text = "mã số đợt đánh giá (mặc định: đợt mới nhất)"
    parser.add_argument("--round", type=whole_number(1, 10**9 - 1), metavar="SỐ", help=text)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit code: 0 done, 1 not possible, 2 not understood."""
    parser = build_parser()
    options, rest = parser.parse_known_args(arguments)
    if options.command == "manage":
        options.words += rest  # Options before Django's command: `chiso manage --version`.
    elif rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    options.data = options.data.resolve()
    os.environ["CHISO_DATA"] = str(options.data)
    try:
        result: int = options.run(options)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # `chiso score … | head`
        return 1
    except OSError as error:
        say(f"chiso: {_sentence(error)}", error=True)
        return 1
    return result


def _sentence(error: OSError) -> str:
    place = f"{error.filename}: " if error.filename else ""
    reasons = {
        FileNotFoundError: "không có tệp hoặc thư mục này",
        PermissionError: "không có quyền đọc hoặc ghi",
        IsADirectoryError: "đây là thư mục, cần một tệp",
        FileExistsError: "đã có tệp cùng tên",
    }
    return f"{place}{reasons.get(type(error), error.strerror or str(error))}."


if __name__ == "__main__":
    sys.exit(main())
