"""Sockets that keep one deadline and remember whether they have spoken.

Why it exists: the two promises of `connectors.kit.http` (an end in time, and honesty about what was sent)
can only be kept where the bytes are. What it must not do: know HTTP, or wait without looking at the deadline.
"""

# ruff: noqa: ARG002 - httpcore hands its own limits to every operation; ours is the deadline, which covers them all.

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any, Literal, TypeAlias

import httpcore

_CHUNK = 65_536


class OutOfTime(OSError):
    """The budget of the call is spent."""


class Deadline:
    """A point on the monotonic clock, in seconds."""

    def __init__(self, at: float) -> None:
        self._at = at

    def left(self) -> float:
        """Seconds left, never zero. Raises `OutOfTime` when there are none."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise OutOfTime("the time for the call is spent")
        return left


Private: TypeAlias = Literal["any", "loopback", "none"]
"""Which numbers outside the public net may be called."""


class Wires(httpcore.NetworkBackend):
    """Opens connections for one call. `spoken` turns true just before the first byte of a request may leave."""

    def __init__(self, deadline: Deadline, *, private: Private = "any") -> None:
        self.deadline = deadline
        self.spoken = False
        self._private = private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: OSError = OSError(f"{host} has no address")
        for family, kind, protocol, address in _addresses(host, port, self.deadline):
            if not _may_be_called(str(address[0]), self._private):
                failure = OSError(f"{host} leads into a private network")
                continue
            try:
                sock = socket.socket(family, kind, protocol)
            except OSError as error:
                failure = error
                continue
            try:
                sock.settimeout(self.deadline.left())
                sock.connect(address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
                sock.close()
                failure = error
            else:
                return _Wire(self, sock)
        raise failure


class _Wire(httpcore.NetworkStream):
    def __init__(self, wires: Wires, sock: socket.socket) -> None:
        self._wires = wires
        self._sock = sock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._sock.settimeout(self._wires.deadline.left())
        return self._sock.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        rest = memoryview(buffer)
        while rest:
            self._sock.settimeout(self._wires.deadline.left())
            self._wires.spoken = True
            rest = rest[self._sock.send(rest[:_CHUNK]) :]

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        # The handshake is no part of a request: a certificate that we refuse means that nothing was sent.
        try:
            self._sock.settimeout(self._wires.deadline.left())
            return _Wire(self._wires, ssl_context.wrap_socket(self._sock, server_hostname=server_hostname))
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        self._sock.close()

    def get_extra_info(self, info: str) -> Any:
        """Nothing is offered: the pool asks only for what it needs to keep connections, and keeps none."""
        return None


def _may_be_called(address: str, private: Private) -> bool:
    """Whether a number that a name stands for may be called: asked of the one that is, so that no second look-up can
    lead elsewhere."""
    if private == "any":
        return True
    number = ip_address(address.partition("%")[0])
    number = getattr(number, "ipv4_mapped", None) or number
    return (number.is_global and not number.is_multicast) or (private == "loopback" and number.is_loopback)


_Address = tuple[int, int, int, Any]


def _addresses(host: str, port: int, deadline: Deadline) -> list[_Address]:
    """Look the name up in a thread of its own, because the system's resolver knows no time limit."""
    found: list[_Address] = []
    failure: list[OSError] = []

    def resolve() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend((family, kind, protocol, address) for family, kind, protocol, _, address in answers)
        except UnicodeError:
            failure.append(OSError(f"{host!r} is no name of a host"))
        except OSError as error:
            failure.append(error)

    left = deadline.left()
    resolver = threading.Thread(target=resolve, name="resolver", daemon=True)
    resolver.start()
    resolver.join(left)
    if failure:
        raise failure[0]
    if not found:
        raise OutOfTime(f"no address for {host} in time")
    return found
