"""The databases of a run: SQLite in the data folder, and one of our own on the PostgreSQL server that lets us in."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from tests.run import postgresql_url

_PREFIX = "chiso_bench_"


def postgresql() -> tuple[str, str]:
    """Where we may make a database (a URL without one), or nothing and the reason."""
    url, reason = postgresql_url()
    return (_named(url, "postgres") if url else ""), reason


@contextmanager
def own_database(server: str) -> Iterator[str]:
    """Make a database, and drop it again whatever happens."""
    _drop_orphans(server)
    name = f"{_PREFIX}{os.getpid()}"
    _tell(server, "CREATE DATABASE {}", name)
    try:
        yield _named(server, name)
    finally:
        _tell(server, "DROP DATABASE {} WITH (FORCE)", name)


def version(server: str) -> str:
    with psycopg.connect(server) as connection:
        return (connection.info.parameter_status("server_version") or "").partition(" ")[0]


def _drop_orphans(server: str) -> None:
    """Drop what runs left that were killed: their process is gone."""
    with psycopg.connect(server) as connection:
        names = [name for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall()]
    for name in names:
        number = name.removeprefix(_PREFIX)
        if name.startswith(_PREFIX) and number.isdecimal() and not Path(f"/proc/{number}").exists():
            _tell(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _named(url: str, database: str) -> str:
    """Not by `urlunsplit`: it loses the slashes of an empty host."""
    return f"{url.rpartition('/')[0]}/{database}"


def _tell(server: str, statement: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
