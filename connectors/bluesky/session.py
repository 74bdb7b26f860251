"""Being signed in: one session, kept between jobs, over the house's own way out.

Why it exists: Bluesky allows 300 sign-ins a day, so a session is kept in the account's memory and renewed,
and the SDK's own client has to speak through the contract's `Http`. What it must not do: sign in where a
kept session serves, renew more than once for one call, or let a doubt about signing in look like a doubt
about posting: whatever goes wrong before the call itself is `NotSignedIn`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.bluesky.answers import NotSignedIn, Refused, refusals, signing_in
from connectors.bluesky.transport import HouseTransport
from connectors.kit.contract import AccountConfig, Http, Suspended

DEFAULT_SERVICE = "https://bsky.social"
_MEMORY = "session"
_MARGIN = timedelta(minutes=5)
"""A token that ends sooner than this is renewed before it is used."""

Reply = Any
"""The SDK's own `Response` (`content`, `headers`, `status_code`); the SDK ships no types."""


class SignedIn:
    """The account's session. One object serves one job; it is not shared between threads."""

    def __init__(self, account: AccountConfig, http: Http) -> None:
        self._account = account
        self._http = http
        self._service = account.credentials.get("service", "").strip().rstrip("/") or DEFAULT_SERVICE
        self._handle = account.credentials.get("handle", "").strip().removeprefix("@")
        self._client: Any = None
        self._session: Any = None

    def did(self) -> str:
        """Our permanent name. Raises `NotSignedIn`."""
        self._open()
        return str(self._session.did)

    def query(self, name: str, **params: object) -> Reply:
        """A reading call, its parameters checked by the SDK's model of it.

        Raises `NotSignedIn`, `Refused`, `NotSent`, `Doubtful`.
        """
        model = "".join(part[0].upper() + part[1:] for part in name.split("."))
        checked = getattr(_sdk().models, model).Params(**params)
        return self._call(lambda client: client.invoke_query(name, params=checked, ignore_session_check=True))

    def procedure(self, name: str, body: object) -> Reply:
        """A writing call. The body goes out as it stands: the SDK's own models would drop its nulls.

        Raises `NotSignedIn`, `Refused`, `NotSent`, `Doubtful`.
        """
        return self._send(name, json.dumps(body, ensure_ascii=False).encode(), "application/json")

    def upload(self, data: bytes, media_type: str) -> Reply:
        """Lay a file beside the account's records. Raises `NotSignedIn`, `Refused`, `NotSent`, `Doubtful`."""
        return self._send("com.atproto.repo.uploadBlob", data, media_type)

    def sign_in(self) -> Any:
        """Sign in with the password, whatever is kept; returns the SDK's session. Raises `NotSignedIn`."""
        client = self._new_client(self._service)
        with signing_in():
            try:
                client.login(self._handle, self._account.credentials.get("password", ""), fetch_bsky_profile=False)
            except ValueError as error:  # The SDK's word for an empty handle or password.
                raise NotSignedIn(Suspended("The handle or the app password is missing.")) from error
        self._use(client)
        self._keep()
        return self._session

    def _send(self, name: str, content: bytes, media_type: str) -> Reply:
        headers = {"Content-Type": media_type}
        return self._call(
            lambda client: client.invoke_procedure(name, content=content, headers=headers, ignore_session_check=True)
        )

    def _call(self, call: Callable[[Any], Reply]) -> Reply:
        self._open()
        try:
            with refusals():
                return call(self._client)
        except Refused as refusal:
            if not refusal.stale:
                raise
        # A refused token means that the call itself was not looked at, so it may be made again.
        self._renew()
        with refusals():
            return call(self._client)

    def _open(self) -> None:
        if self._client is not None:
            return
        kept = self._kept()
        if kept is None:
            self.sign_in()
            return
        self._take_up(kept)
        if _ends_soon(kept):
            self._renew()

    def _renew(self) -> None:
        """Exchange the renewal token; where that is refused too, the password decides."""
        old = self._session
        headers = {"Authorization": f"Bearer {old.refresh_jwt}"}
        try:
            with signing_in():
                new = self._client.com.atproto.server.refresh_session(headers=headers, ignore_session_check=True)
        except NotSignedIn as failure:
            if not isinstance(failure.outcome, Suspended):
                raise
            self.sign_in()
            return
        self._take_up(_sdk().Session(new.handle, new.did, new.access_jwt, new.refresh_jwt, old.pds_endpoint))
        self._keep()

    def _take_up(self, session: Any) -> None:
        client = self._new_client(session.pds_endpoint)
        client.login(session_string=session.encode(), fetch_bsky_profile=False)
        self._use(client)

    def _use(self, client: Any) -> None:
        session = _sdk().Session.decode(client.export_session_string())
        if self._account.external_id and session.did != self._account.external_id:
            raise NotSignedIn(Suspended(f"These credentials belong to another account (@{session.handle})."))
        if self._service.startswith("https:") and not str(session.pds_endpoint).startswith("https:"):
            raise NotSignedIn(Suspended("The service names a home for the account that is not encrypted."))
        self._client, self._session = client, session

    def _new_client(self, base: str) -> Any:
        # `trust_env` off: a proxy named in the environment would put httpx's own wire in the place of ours.
        return _sdk().Client(base, request=_sdk().Request(transport=HouseTransport(self._http), trust_env=False))

    def _keep(self) -> None:
        kept = {"service": self._service, "handle": self._handle, "session": self._session.encode()}
        self._account.memory.save(_MEMORY, json.dumps(kept))

    def _kept(self) -> Any:
        """The kept session, or nothing when there is none, it can't be read, or the settings have changed since."""
        try:
            kept = json.loads(self._account.memory.load(_MEMORY) or "null")
            if not isinstance(kept, dict) or (kept["service"], kept["handle"]) != (self._service, self._handle):
                return None
            session = _sdk().Session.decode(kept["session"])
            _ends_soon(session)  # Reads the token, which is how a garbled one is noticed.
        except (ValueError, KeyError, TypeError, AttributeError, _sdk().exceptions.AtProtocolError):
            return None
        return session


def _sdk() -> Any:
    """Imported when the first call is made: it takes most of a second, which a process that only lists the platforms
    or counts letters should not spend."""
    import atproto
    import atproto.exceptions

    return atproto


def _ends_soon(session: Any) -> bool:
    ends = datetime.fromtimestamp(session.access_jwt_payload.exp, UTC)
    return ends - datetime.now(UTC) < _MARGIN
