"""`make test`: the pure core to its last branch, the suite on SQLite, then again on PostgreSQL where one is reachable.

PostgreSQL is the server that CHISO_TEST_DATABASE_URL names (`postgresql://user:password@host:port/name`; the
tests make a database of their own beside `name`), or one on this machine that lets us in without a password.
"""

import os
import subprocess
import sys
import tempfile
from urllib.parse import urlsplit

import psycopg

# The second run leaves out what has shown all it can show: browsers, and what asks no database.
ONLY_ONCE = [
    "-m",
    "not journey",
    *(f"--ignore=tests/{folder}" for folder in ("scoring", "config", "documents", "architecture")),
]
# The core's promise: every branch of it is tested (design.md, examples.md).
CORE = ["tests/scoring", "--cov=chiso.scoring", "--cov-branch", "--cov-report=", "--cov-fail-under=100"]
PARALLEL = ["-q", "-n", "2", "--dist", "loadgroup"]
NOTHING_SELECTED = 5


def say(text: str) -> None:
    sys.stdout.write(f"\n=== {text}\n")
    sys.stdout.flush()


def postgresql_url() -> tuple[str, str]:
    """Return where the tests may make databases, or nothing and the reason."""
    if url := os.environ.get("CHISO_TEST_DATABASE_URL"):
        return url, ""
    reason = ""
    for host in ("", "127.0.0.1"):
        try:
            with psycopg.connect(host=host, dbname="postgres", connect_timeout=3) as connection:
                may_create = connection.execute(
                    "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
                ).fetchone()
        except psycopg.OperationalError as error:
            reason = str(error).strip().splitlines()[-1]
            continue
        if may_create == (True,):
            return f"postgresql://{host}/chiso_{os.getpid()}", ""
        reason = "the role may not create databases"
    return "", reason


def run(database: str, url: str, arguments: list[str]) -> int:
    """Run pytest once, in a data folder that goes away again."""
    say(f"{database}: pytest {' '.join(arguments)}")
    with tempfile.TemporaryDirectory(prefix="chiso-test-") as data:
        environment = os.environ | {"CHISO_DATA": data, "CHISO_DATABASE_URL": url}
        return subprocess.run([sys.executable, "-m", "pytest", *arguments], env=environment, check=False).returncode


def main(chosen: list[str]) -> int:
    """Run all of them; return 0 when none failed."""
    arguments = [*PARALLEL, *(chosen or ["tests"])]
    codes = {}
    if not chosen:
        codes["Scoring core, every branch"] = run("Scoring core, every branch", "", [*PARALLEL, *CORE])
        arguments = [*arguments, "--ignore=tests/scoring"]
    codes["SQLite"] = run("SQLite", "", arguments)
    url, reason = postgresql_url()
    if url:
        place = urlsplit(url).hostname or "local socket"
        codes["PostgreSQL"] = code = run(f"PostgreSQL ({place})", url, [*arguments, *ONLY_ONCE])
        if code == NOTHING_SELECTED and codes["SQLite"] == 0:
            codes["PostgreSQL"] = 0
    for database, code in codes.items():
        say(f"{database}: {'passed' if code == 0 else f'FAILED (pytest exit code {code})'}")
    if not url:
        say(f"PostgreSQL IS MISSING: the suite ran on SQLite only ({reason}). Set CHISO_TEST_DATABASE_URL.")
    return max(codes.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
