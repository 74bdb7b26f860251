"""A real mail server on loopback, which answers as a test wants and keeps what it took.

What it must not do: deliver anything. A reply is the whole line, `451 later`; a step that is in `silent` never gets
one.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


class PostOffice:
    """What was asked, what is answered to it, and what was taken."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.receivers: list[str] = []
        self.greeted: list[str] = []
        self.logins: list[tuple[bytes, bytes]] = []
        self.answers: dict[str, str] = {}
        self.silent: set[str] = set()
        self.meanwhile: Callable[[], None] = lambda: None
        self.together = 1
        """So many must have greeted before the first text is taken."""
        self._closing = asyncio.Event()
        self._met = asyncio.Event()

    def letters(self) -> list[EmailMessage]:
        """What was taken, read."""
        read = [message_from_bytes(raw, policy=policy.SMTP) for raw in self.taken]
        assert all(isinstance(one, EmailMessage) for one in read)
        return read

    async def handle_EHLO(  # noqa: N802 - aiosmtpd looks for this name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.greeted.append(hostname)
        if len(self.greeted) >= self.together:
            self._met.set()
        await self._answer("EHLO")
        return responses

    async def handle_MAIL(  # noqa: N802 - the same
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return await self._answer("MAIL")

    async def handle_RCPT(  # noqa: N802 - the same
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.receivers.append(address)
        reply = await self._answer("RCPT")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        await self._met.wait()
        self.meanwhile()
        reply = await self._answer("DATA")
        if reply.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.taken.append(envelope.content)
        return reply

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, way: str, told: object) -> AuthResult:
        login, password = getattr(told, "login", b""), getattr(told, "password", b"")
        self.logins.append((login, password))
        known = password == b"s:same/"
        # Unless it is handled here, the server says itself that it knows nobody of that name.
        return AuthResult(success=known, handled=known)

    def close(self) -> None:
        """Let whoever waits go."""
        self._closing.set()

    async def _answer(self, step: str) -> str:
        if step in self.silent:
            await self._closing.wait()
        return self.answers.get(step, "250 OK")


class _Counter(Controller):
    """aiosmtpd's own thread, on a port that nobody else can have taken meanwhile."""

    def __init__(self, office: PostOffice, listening: socket.socket, **more: object) -> None:
        super().__init__(office, hostname="127.0.0.1", port=listening.getsockname()[1], **more)  # type: ignore[arg-type] # Handed on.
        self._listening = listening

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._listening, ssl=self.ssl_context)


@contextmanager
def opened(office: PostOffice, *, tls: ssl.SSLContext | None = None, offered: bool = False) -> Iterator[int]:
    """The port where it listens. With `tls` it speaks that from the first word, or, `offered`, after STARTTLS."""
    counter = _Counter(
        office,
        socket.create_server(("127.0.0.1", 0)),
        authenticator=office.authenticate,
        auth_require_tls=False,
        **{"tls_context" if offered else "ssl_context": tls},
    )
    counter.start()
    # The server was asked once whether it is there.
    office.greeted.clear()
    try:
        yield counter.port
    finally:
        counter.loop.call_soon_threadsafe(office.close)
        counter.stop()
