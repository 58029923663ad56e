"""The jobs that are measured over HTTP: what each client sends to chiso, and to the floor."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench.generated_set import leaves
from bench.http import BOUNDARY, Browser, form, get, multipart, post
from bench.load import Visit

EVIDENCE_BYTES = 200_000
SIGN_IN = "/tai-khoan/login/"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
_PARTS = {"Accept": "*/*", "HX-Request": "true", "HX-Target": "leaf"}


@dataclass
class Place:
    """Where things are in the database of a run (`bench.round` prints it)."""

    round: int
    coordinator: str
    password: str
    dossiers: list[dict[str, Any]]

    @classmethod
    def read(cls, text: str) -> "Place":
        return cls(**json.loads(text))

    def dossier(self, client: int) -> int:
        pk: int = self.dossiers[client]["pk"]
        return pk

    def entry(self, client: int, code: str) -> int:
        pk: int = self.dossiers[client]["entries"][code]
        return pk


@dataclass(frozen=True)
class Job:
    """One job: the key of its budget, the status of its answer, and what to send."""

    key: str
    status: int
    floor_status: int


JOBS = (Job("open", 200, 200), Job("list", 200, 200), Job("save", 200, 200), Job("upload", 302, 302))
_RATIOS = [leaf.code for leaf in leaves(100) if leaf.kind == "ratio"]
SAVED_LEAF, FLOOR_LEAF = _RATIOS[:2]
# Uploads go round all leaves, so that no leaf ends up with hundreds of documents.
_CODES = [leaf.code for leaf in leaves(100)]


class People:
    """Everybody who works in a run, signed in once."""

    def __init__(self, place: Place, port: int, clients: int) -> None:
        self.place, self.port = place, port
        self.editors = [self._sign_in(place.dossiers[number]["editor"]) for number in range(clients)]
        self.coordinator = self._sign_in(place.coordinator)

    def _sign_in(self, email: str) -> Browser:
        browser = Browser(self.port)
        browser.sign_in(SIGN_IN, email, self.place.password)
        return browser

    def visit(self, job: Job, client: int) -> Visit:
        """What a client does to chiso."""
        browser, dossier = self.editors[client], self.place.dossier(client)
        if job.key == "open":
            return lambda: _again(get(self.port, f"/ho-so/{dossier}/", browser.headers()))
        if job.key == "list":
            return lambda: _again(get(self.port, f"/dot/{self.place.round}/", self.coordinator.headers()))
        if job.key == "save":
            return lambda: self._saves(browser, f"/ho-so/{dossier}/{SAVED_LEAF}/")
        return lambda: self._uploads(browser, f"/ho-so/{dossier}/", client)

    def _saves(self, browser: Browser, path: str) -> Iterator[bytes]:
        page = browser.read(path)
        token, version = page.hidden("csrfmiddlewaretoken"), int(page.hidden("version"))
        headers = browser.headers() | _PARTS
        while True:
            yield post(self.port, path, headers, form(answer(version) | {"csrfmiddlewaretoken": token}))
            version += 1

    def _uploads(self, browser: Browser, path: str, client: int) -> Iterator[bytes]:
        token = browser.read(f"{path}{SAVED_LEAF}/").hidden("csrfmiddlewaretoken")
        for number, content in enumerate(_papers()):
            code = _CODES[number % len(_CODES)]
            body = multipart({"csrfmiddlewaretoken": token, "place": "trang 1"}, "file", "Báo cáo.pdf", content)
            yield post(self.port, f"{path}{code}/tai-lieu/", browser.headers(), body, MULTIPART)


class Floor:
    """The same people at the bare views."""

    def __init__(self, place: Place, port: int) -> None:
        self.place, self.port = place, port

    def visit(self, job: Job, client: int) -> Visit:
        headers = Browser(self.port).headers()
        if job.key == "open":
            return lambda: _again(get(self.port, f"/dossier/{self.place.dossier(client)}/", headers))
        if job.key == "list":
            return lambda: _again(get(self.port, f"/round/{self.place.round}/", headers))
        if job.key == "save":
            return lambda: self._saves(headers, f"/entry/{self.place.entry(client, FLOOR_LEAF)}/")
        return lambda: self._uploads(headers, client)

    def _saves(self, headers: dict[str, str], path: str) -> Iterator[bytes]:
        version = 0
        while True:
            yield post(self.port, path, headers | _PARTS, form(answer(version)))
            version += 1

    def _uploads(self, headers: dict[str, str], client: int) -> Iterator[bytes]:
        for number, content in enumerate(_papers()):
            path = f"/entry/{self.place.entry(client, _CODES[number % len(_CODES)])}/evidence/"
            body = multipart({"place": "trang 1"}, "file", "Báo cáo.pdf", content)
            yield post(self.port, path, headers, body, MULTIPART)


def answer(version: int) -> dict[str, object]:
    """The form of a leaf, filled in otherwise at each version."""
    figures = {"numerator": 1 + version % 90, "denominator": 100}
    words = {"decided": "", "reason": "", "note": f"Theo báo cáo số {version}/BC-UBND."}
    return {**figures, **words, "version": version}


def _again(request: bytes) -> Iterator[bytes]:
    while True:
        yield request


def _papers() -> Iterator[bytes]:
    """Documents that differ, as scans do: their content decides where they are kept."""
    body = os.urandom(EVIDENCE_BYTES)
    while True:
        yield b"%PDF-1.4\n" + os.urandom(32) + body
