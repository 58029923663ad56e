"""Write the committed Word templates again: `python -m chiso.documents.make_templates`."""

from pathlib import Path

from chiso.documents.base_template import build_base_template, build_minutes_template

TEMPLATES = Path(__file__).parent / "templates_docx"


def write_templates(folder: Path = TEMPLATES) -> tuple[Path, ...]:
    """Write every template into the folder and say which files were written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, build in (("nd30", build_base_template), ("council_minutes", build_minutes_template)):
        target = folder / f"{name}.docx"
        target.write_bytes(build())
        written.append(target)
    return tuple(written)


if __name__ == "__main__":
    write_templates()
