"""The client side: prepared bytes over a kept-alive socket, so that the client costs little beside the server."""

import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_COOKIE = re.compile(rb"\r\nset-cookie: *([^=]+)=([^;\r]*)", re.IGNORECASE)
_END_OF_HEAD = b"\r\n\r\n"
BOUNDARY = "----bench-boundary"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Response:
    status: int
    head: bytes
    body: bytes

    def hidden(self, name: str) -> str:
        """The value of a hidden input of the page."""
        for tag in re.findall(r"<input[^>]*>", self.body.decode()):
            if f'name="{name}"' in tag and (value := re.search(r'value="([^"]*)"', tag)):
                return value[1]
        raise LookupError(f"The page has no hidden input {name}.")


class Connection:
    """One kept-alive connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._held = b""

    def exchange(self, request: bytes) -> Response:
        self._socket.sendall(request)
        head = self._until(_END_OF_HEAD)
        if length := _LENGTH.search(head):
            body = self._take(int(length[1]))
        elif _CHUNKED.search(head):
            body = self._chunks()
        else:
            body = b""
        return Response(int(head[9:12]), head, body)

    def close(self) -> None:
        self._socket.close()

    def _more(self) -> None:
        received = self._socket.recv(262_144)
        if not received:
            raise ConnectionError("The server hung up.")
        self._held += received

    def _until(self, mark: bytes) -> bytes:
        while (end := self._held.find(mark)) < 0:
            self._more()
        end += len(mark)
        taken, self._held = self._held[:end], self._held[end:]
        return taken

    def _take(self, size: int) -> bytes:
        while len(self._held) < size:
            self._more()
        taken, self._held = self._held[:size], self._held[size:]
        return taken

    def _chunks(self) -> bytes:
        pieces = []
        while size := int(self._until(b"\r\n"), 16):
            pieces.append(self._take(size))
            self._take(2)
        self._until(b"\r\n")
        return b"".join(pieces)


def get(port: int, path: str, headers: Mapping[str, str]) -> bytes:
    lines = [f"GET {path} HTTP/1.1", f"Host: localhost:{port}", *_written(headers)]
    return "\r\n".join([*lines, "", ""]).encode()


def post(port: int, path: str, headers: Mapping[str, str], body: bytes, kind: str = FORM) -> bytes:
    told = {"Origin": f"http://localhost:{port}", "Content-Type": kind, "Content-Length": str(len(body)), **headers}
    lines = [f"POST {path} HTTP/1.1", f"Host: localhost:{port}", *_written(told)]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _written(headers: Mapping[str, str]) -> list[str]:
    return [f"{name}: {value}" for name, value in headers.items()]


def form(fields: Mapping[str, object]) -> bytes:
    return urlencode(fields).encode()


def multipart(fields: Mapping[str, str], name: str, filename: str, content: bytes) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
    parts += [f"{head}Content-Type: application/pdf\r\n\r\n".encode(), content, f"\r\n--{BOUNDARY}--\r\n".encode()]
    return b"".join(parts)


class Browser:
    """Somebody signed in: cookies as the site set them, headers as a browser sends them."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def headers(self) -> dict[str, str]:
        told = {"Accept": "text/html", "Accept-Encoding": "gzip", "Accept-Language": "vi"}
        if self.cookies:
            told["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return told

    def read(self, path: str, *, send: bytes = b"") -> Response:
        """One exchange on a connection of its own; uncompressed, to be read here."""
        plain = self.headers() | {"Accept-Encoding": "identity"}
        connection = Connection(self.port)
        try:
            sent = post(self.port, path, plain, send) if send else get(self.port, path, plain)
            response = connection.exchange(sent)
        finally:
            connection.close()
        for name, value in _COOKIE.findall(response.head):
            self.cookies[name.decode()] = value.decode()
        return response

    def sign_in(self, path: str, email: str, password: str) -> None:
        """Fill in the sign-in form, as people do."""
        token = self.read(path).hidden("csrfmiddlewaretoken")
        sent = form({"csrfmiddlewaretoken": token, "login": email, "password": password})
        response = self.read(path, send=sent)
        if response.status != 302 or "sessionid" not in self.cookies:
            raise RuntimeError(f"{email} could not sign in: {response.status}")
