"""Small tools for the processes that `chiso serve` is made of. No Django here."""

import ctypes
import errno
import os
import signal
import socket
import sys
from http.client import HTTPConnection, HTTPException

PR_SET_PDEATHSIG = 1
_REASONS = {
    errno.EADDRINUSE: "một chương trình khác đang dùng cổng này",
    errno.EACCES: "không có quyền mở cổng này",
    errno.EADDRNOTAVAIL: "máy này không có địa chỉ ấy",
}


def say(text: str, *, error: bool = False) -> None:
    """Write one line at once, also when the output is a file or a pipe."""
    stream = sys.stderr if error else sys.stdout
    stream.write(f"{text}\n")
    stream.flush()


def die_with(parent: int) -> None:
    """Let the kernel kill this process when `parent` dies, however that is (Linux; elsewhere: nothing)."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # It died before we asked.
        os._exit(1)


def port_problem(host: str, port: int) -> str:
    """Say why the address cannot be served, or nothing."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror)
        return f"Không mở được cổng {port} tại {host}: {reason}. Hãy chọn cổng khác bằng --port."
    return ""


def answers(host: str, port: int) -> bool:
    """Ask the server for a page; any answer will do."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    connection = HTTPConnection(reachable, port, timeout=5)
    try:
        connection.request("HEAD", "/", headers={"Host": f"localhost:{port}"})
        connection.getresponse()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True
