"""Read bytes as the child does, but in this process: for what is found, not for how it is contained."""

import tempfile
from pathlib import Path

from chiso.evidence.reading import Reading
from chiso.evidence.reading.opening import read_file


def reading_of(content: bytes, *, thoroughly: bool = True, seconds: float = 30) -> Reading:
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        return read_file(Path(file.name), seconds=seconds, thoroughly=thoroughly)


def codes(reading: Reading) -> set[str]:
    return {str(finding.code) for finding in reading.findings}
