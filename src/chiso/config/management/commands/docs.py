from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chiso.config.generated_docs import documents

DOCS = Path(__file__).parents[5] / "docs"


class Command(BaseCommand):
    help = "Write docs/workflow.md and docs/access.md from the code, or check that they are fresh."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only tell what is stale")

    def handle(self, *args: Any, **options: Any) -> None:
        stale = []
        for name, text in documents().items():
            path = DOCS / name
            if path.exists() and path.read_text(encoding="utf-8") == text:
                continue
            stale.append(name)
            if not options["check"]:
                path.write_text(text, encoding="utf-8")
        if stale and options["check"]:
            raise CommandError(f"Stale: {', '.join(stale)}. Run `make docs`.")
