"""The town square as the inbox meets it: over HTTP, like any platform.

Why it exists: the square is the platform that everybody has, so its connector is also the one to read
before writing another. What it must not do: reach into the square's tables or code; a practice room that
takes short cuts would prove nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from time import monotonic
from typing import ClassVar

from connectors.kit.contract import (
    Absent,
    Accepted,
    AccountConfig,
    Answer,
    CannotTell,
    Capabilities,
    Deed,
    DeedKind,
    DeedResult,
    DeliverResult,
    Done,
    Doubtful,
    FetchResult,
    Field,
    FindResult,
    Forged,
    Found,
    Gone,
    Health,
    Http,
    Inbound,
    InboundDelete,
    InboundEdit,
    NotSent,
    OutboundPost,
    Picture,
    PictureFetched,
    PictureResult,
    Pictures,
    Poison,
    Raw,
    Ref,
    Rejected,
    Retry,
    Schema,
    Suspended,
    Unconfirmed,
    WebhookRequest,
    WebhookResult,
)
from connectors.kit.length import graphemes
from connectors.kit.signing import matches
from connectors.square import parsing
from connectors.square.parsing import NotUnderstood
from connectors.square.sentences import (
    BUSY,
    MOVED,
    NO_ACCESS,
    NO_CLEAR_ANSWER,
    NO_PICTURE,
    NOT_REACHED,
    NOT_UNDERSTOOD,
    PACE,
    REPEATED,
    TOO_SLOW,
    no,
)

_SAME_CLOCK = timedelta(seconds=5)
"""How far the square's clock may be behind ours when we look for a post of ours by its words."""

_WITHOUT_A_POST = frozenset({DeedKind.DELETE, DeedKind.SHOW, DeedKind.OPEN})
"""What has come about by itself where the post is gone."""

_SENDING_PICTURES = 10.0
"""Seconds after which no further call is begun for a post with pictures: five of the longest outlast a worker's claim,
and then somebody else would be posting, too."""


class Square:
    """Implements the contract's `Connector`."""

    name: ClassVar[str] = "square"
    capabilities: ClassVar[Capabilities] = Capabilities(
        label="Town square",
        letters="To",
        streams=("news",),
        limit=280,
        replies_private=True,
        threads=True,
        posts=True,
        pace=PACE,
        repeated=REPEATED,
        deeds=frozenset(DeedKind),
        pictures=Pictures(most=parsing.MOST_PICTURES, bytes=2_000_000, description=parsing.DESCRIPTION_LIMIT),
        webhook=True,
        practice=True,
        poll_every=timedelta(seconds=5),
        settle=timedelta(seconds=3),
        proof="real server",
    )
    credentials_schema: ClassVar[Schema] = (
        Field("url", "Address", "Where the square is, without anything after the host.", kind="url"),
        Field("token", "Token", "Given out when the account was opened.", kind="secret"),
        Field("webhook_secret", "Secret for incoming calls", "Proves that a call is the square's.", kind="secret"),
    )

    def __init__(self, account: AccountConfig, http: Http) -> None:
        self._account = account
        self._http = http
        self._api = account.credentials["url"].rstrip("/") + "/square/api"
        self._authorization = {"authorization": f"Bearer {account.credentials['token']}"}

    def probe(self) -> Health:
        """Ask the square who we are."""
        try:
            answer = self._get("/account")
        except (NotSent, Doubtful):
            return Health(ok=False, detail=NOT_REACHED)
        if answer.status != 200:
            return Health(ok=False, detail=NO_ACCESS if answer.status in (401, 403) else NO_CLEAR_ANSWER)
        try:
            identity = parsing.author(parsing.body(answer))
        except NotUnderstood:
            return Health(ok=False, detail=NOT_UNDERSTOOD)
        return Health(ok=True, detail="The square knows us.", identity=identity)

    def fetch(self, stream: str, cursor: str | None, limit: int) -> FetchResult:
        """One page of news. Reading changes nothing, so every doubt may simply be tried again."""
        if stream not in self.capabilities.streams:
            raise ValueError(f"The square has no stream called {stream!r}.")
        try:
            answer = self._get("/stream", {"limit": str(limit), **({"since": cursor} if cursor else {})})
        except (NotSent, Doubtful):
            return Retry(NOT_REACHED)
        if answer.status in (401, 403):
            return Suspended(NO_ACCESS)
        if 300 <= answer.status < 400:
            return Suspended(MOVED)
        if answer.status != 200:
            return Retry(BUSY if answer.status == 429 else NO_CLEAR_ANSWER, parsing.wait(answer))
        try:
            return parsing.page(parsing.body(answer), cursor)
        except NotUnderstood:
            return Retry(NOT_UNDERSTOOD)

    def recheck(self, refs: Sequence[Ref]) -> Sequence[InboundEdit | InboundDelete]:  # noqa: ARG002 - the contract's
        """Nothing to do: the stream tells of edits and deletions."""
        return ()

    def normalize(self, raw: Raw) -> Sequence[Inbound]:
        """One item of the stream or of a webhook call."""
        try:
            return (parsing.inbound(raw),)
        except NotUnderstood as error:
            raise Poison(str(error)) from error

    def measure(self, text: str) -> int:
        """Graphemes, as a person counts."""
        return graphemes(text)

    def deliver(self, post: OutboundPost, key: str) -> DeliverResult:
        """Pictures first, each in a call of its own; then post once; the key lets the square recognise a second try.

        A picture without its post is nothing said. So whatever goes wrong with one, nothing was certainly taken.
        """
        pictures: list[dict[str, str]] = []
        begun = monotonic()
        for picture in post.pictures:
            sent = self._send(picture)
            if not isinstance(sent, str):
                return sent
            pictures.append({"id": sent, "description": picture.description})
            if monotonic() - begun > _SENDING_PICTURES:
                return Retry(TOO_SLOW)
        try:
            answer = self._http.request(
                "POST",
                f"{self._api}/posts",
                headers={**self._authorization, "idempotency-key": key},
                json={
                    "text": post.text,
                    "visibility": post.visibility,
                    "reply_to": post.reply_to.external_id if post.reply_to else "",
                    "recipient": post.recipient.removeprefix("@"),
                    **({"pictures": pictures} if pictures else {}),
                },
            )
        except NotSent:
            return Retry(NOT_REACHED)
        except Doubtful:
            return Unconfirmed(NO_CLEAR_ANSWER)
        if answer.status in (200, 201):
            try:
                return parsing.one(parsing.body(answer)).delivered
            except NotUnderstood:
                return Unconfirmed(NOT_UNDERSTOOD)
        # 5xx may hide a post that stands.
        return no(answer) or Unconfirmed(NO_CLEAR_ANSWER)

    def find_delivered(self, post: OutboundPost, key: str) -> FindResult:
        """Look by our key first, then among the replies to the same post, or among what answers nobody.

        Both are needed: the square may have taken the post while it kept no keys.
        """
        try:
            by_key = self._posts("/posts", {"key": key})
            if by_key:
                return Found(by_key[0].delivered)
            under = self._posts(f"/posts/{post.reply_to.external_id}/replies" if post.reply_to else "/posts", {})
        except (NotSent, Doubtful):
            return CannotTell(NOT_REACHED)
        except NotUnderstood:
            return CannotTell(NO_CLEAR_ANSWER)
        earliest = post.created_at - _SAME_CLOCK
        for one in under:
            ours = one.author == self._account.external_id and one.text == post.text
            if ours and one.visibility == post.visibility and one.delivered.said_at >= earliest:
                return Found(one.delivered)
        return Absent()

    def fetch_picture(self, source: str) -> PictureResult:
        """The bytes as they came. A post that was deleted has taken its pictures along."""
        if not parsing.is_picture(source):
            return Gone(NO_PICTURE)
        try:
            answer = self._get(f"/pictures/{source}")
        except (NotSent, Doubtful):
            return Retry(NOT_REACHED)
        if answer.status == 200:
            return PictureFetched(answer.body)
        if answer.status in (404, 410):
            return Gone(NO_PICTURE)
        return Retry(BUSY if answer.status == 429 else NO_CLEAR_ANSWER, parsing.wait(answer))

    def moderate(self, deed: Deed) -> DeedResult:
        """One call; whatever was perhaps done may be asked for again. What is gone already needs no deleting."""
        told = {
            "deed": deed.kind.value,
            "post": deed.post.external_id if deed.post else "",
            "author": deed.author,
        }
        try:
            answer = self._http.request("POST", f"{self._api}/deeds", headers=self._authorization, json=told)
        except NotSent:
            return Retry(NOT_REACHED)
        except Doubtful:
            return Unconfirmed(NO_CLEAR_ANSWER)
        if answer.status == 204:
            return Done()
        if deed.kind in _WITHOUT_A_POST and answer.status in (404, 410) and parsing.code(answer) == "no_such_post":
            return Done()
        return no(answer) or Unconfirmed(NO_CLEAR_ANSWER)

    def verify_webhook(self, request: WebhookRequest) -> WebhookResult:
        """A POST signed with the account's secret. What is signed but can't be read still says that there is news."""
        if request.method.upper() != "POST":
            return Forged("the square only posts")
        secret = self._account.credentials.get("webhook_secret", "")
        if not matches(secret, request.body, request.headers.get("square-signature")):
            return Forged("the signature does not fit")
        try:
            told = json.loads(request.body)
        except ValueError:
            return Accepted(nudge=True)
        items = told.get("items") if isinstance(told, dict) else None
        if not isinstance(items, list):
            return Accepted(nudge=True)
        return Accepted(items=[parsing.raw(item) for item in items])

    def _send(self, picture: Picture) -> str | Retry | Rejected | Suspended:
        """Bring a picture to the square; its id there."""
        headers = {**self._authorization, "content-type": picture.media_type}
        try:
            answer = self._http.request("POST", f"{self._api}/pictures", headers=headers, content=picture.data)
            if answer.status in (200, 201):
                return parsing.picture(parsing.body(answer))
        except NotSent:
            return Retry(NOT_REACHED)
        except Doubtful:
            return Retry(NO_CLEAR_ANSWER)
        except NotUnderstood:
            return Retry(NOT_UNDERSTOOD)
        return no(answer) or Retry(NO_CLEAR_ANSWER)

    def _posts(self, path: str, params: Mapping[str, str]) -> list[parsing.Standing]:
        answer = self._get(path, params)
        if answer.status != 200:
            raise NotUnderstood(f"status {answer.status}")
        return parsing.standing(parsing.body(answer))

    def _get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        return self._http.request("GET", self._api + path, headers=self._authorization, params=params or {})
