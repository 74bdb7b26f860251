"""The Bluesky connector: the contract's verbs, each a few calls.

Why it exists: it is where a Bluesky answer becomes a result of the contract. What it must not do: post by any
other call than `putRecord` with `"swapRecord": null`, the one that neither doubles nor overwrites
(`createRecord` answers 500 to a key that exists; `putRecord` without the null edits the earlier answer in silence).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from connectors.bluesky import moderating, pictures, record
from connectors.bluesky.answers import NotSignedIn, Refused, wait_asked
from connectors.bluesky.reading import inbound, page_of
from connectors.bluesky.session import DEFAULT_SERVICE, Reply, SignedIn
from connectors.bluesky.standing import LOOK_UP, changes, own_post, taken_at
from connectors.bluesky.walk import Walk
from connectors.kit.contract import (
    Absent,
    AccountConfig,
    Author,
    CannotTell,
    Capabilities,
    Deed,
    DeedKind,
    DeedResult,
    Delivered,
    DeliverResult,
    Doubtful,
    FetchResult,
    Field,
    FindResult,
    Forged,
    Found,
    Health,
    Http,
    Inbound,
    InboundDelete,
    InboundEdit,
    NotSent,
    OutboundPost,
    Page,
    PictureResult,
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

STREAM = "mentions"
_REASONS = ["mention", "reply", "quote"]
_PAGE = 100


class Bluesky:
    """Implements `connectors.kit.contract.Connector`."""

    name: ClassVar[str] = "bluesky"
    capabilities: ClassVar[Capabilities] = Capabilities(
        label="Bluesky",
        letters="Bs",
        streams=(STREAM,),
        limit=record.LIMIT,
        threads=True,
        posts=True,
        pace=record.PACE,
        repeated=record.REPEATED,
        pictures=pictures.LIMITS,
        deeds=frozenset(DeedKind),
        deeds_under_own=moderating.UNDER_OWN,
        poll_every=timedelta(seconds=15),
        proof="real server",
    )
    credentials_schema: ClassVar[Schema] = (
        Field("service", "Service", "The server that the account signs in to.", kind="url", default=DEFAULT_SERVICE),
        Field("handle", "Handle", "The account's name there, such as nordby.example."),
        Field(
            "password",
            "App password",
            "Made on Bluesky under Settings, Privacy and security, App passwords. Not the account's own password.",
            kind="secret",
        ),
    )

    def __init__(self, account: AccountConfig, http: Http) -> None:
        self._account = account
        self._http = http
        self._session = SignedIn(account, http)

    def probe(self) -> Health:
        """Signs in anew, so that the password given is the one tested, and reads as a fetch would."""
        try:
            session = self._session.sign_in()
            self._list(None, 1)
        except NotSignedIn as failure:
            return Health(False, failure.outcome.reason)
        except Refused as refusal:
            return Health(False, refusal.outcome().reason)
        except (NotSent, Doubtful) as error:
            return Health(False, f"Mentions could not be read: {error}")
        return Health(
            True,
            f"Signed in as @{session.handle}; mentions can be read.",
            Author(session.did, session.handle, self._public_name(session.did) or session.handle),
        )

    def fetch(self, stream: str, cursor: str | None, limit: int) -> FetchResult:
        """One page a call, one request. Pages of a backlog come newest first, the posts in each oldest first."""
        if stream != STREAM:
            raise ValueError(f"Bluesky has no stream {stream!r}.")
        walk = Walk.read(cursor)
        try:
            answer = self._list(walk.down, max(1, min(limit, _PAGE)))
        except NotSignedIn as failure:
            return failure.outcome
        except Refused as refusal:
            return refusal.outcome()
        except (NotSent, Doubtful) as error:
            return Retry(f"Mentions could not be read: {error}")
        content = answer.content
        if not isinstance(content, dict) or not _are_objects(content.get("notifications")):
            return Retry("Bluesky's list of mentions could not be understood.")
        items, walk = walk.step(content["notifications"], content.get("cursor"))
        return Page(items, walk.write(), more=walk.down is not None)

    def recheck(self, refs: Sequence[Ref]) -> Sequence[InboundEdit | InboundDelete]:
        """What can't be asked right now is no news: the next round asks again."""
        news: list[InboundEdit | InboundDelete] = []
        try:
            for at in range(0, len(refs), LOOK_UP):
                news.extend(changes(self._session, refs[at : at + LOOK_UP]))
        except (NotSignedIn, Refused, NotSent, Doubtful, Poison):
            return news
        return news

    def normalize(self, raw: Raw) -> Sequence[Inbound]:
        return inbound(raw, self._account.external_id)

    def measure(self, text: str) -> int:
        return record.measure(text)

    def deliver(self, post: OutboundPost, key: str) -> DeliverResult:
        if post.visibility == "private":
            return Rejected("Bluesky answers are public; a private one can't be sent here.")
        try:
            own = self._session.did()
            written = record.record(post, own)
            rkey = record.record_key(post.created_at, key)
            failure = pictures.upload(self._session, post.pictures)
            if failure is not None:
                return failure
            return self._put(own, rkey, written)
        except NotSignedIn as failure:
            return failure.outcome
        except NotSent as error:
            return Retry(f"Bluesky could not be reached: {error}")
        except Doubtful as error:
            return Unconfirmed(f"Bluesky did not answer: {error}")

    def find_delivered(self, post: OutboundPost, key: str) -> FindResult:
        """Asks the account's own PDS, which knows at once what it has taken."""
        try:
            written = record.record(post, self._session.did())
            return own_post(self._session, record.record_key(post.created_at, key), written)
        except NotSignedIn as failure:
            return CannotTell(failure.outcome.reason)
        except (NotSent, Doubtful) as error:
            return CannotTell(f"Bluesky could not be asked: {error}")

    def fetch_picture(self, source: str) -> PictureResult:
        return pictures.fetch(self._http, source)

    def moderate(self, deed: Deed) -> DeedResult:
        return moderating.moderate(self._session, deed)

    def verify_webhook(self, request: WebhookRequest) -> WebhookResult:  # noqa: ARG002 - nothing in it could be genuine
        return Forged("Bluesky sends no webhooks")

    def _list(self, down: str | None, limit: int) -> Reply:
        name = "app.bsky.notification.listNotifications"
        return self._session.query(name, reasons=_REASONS, limit=limit, cursor=down)

    def _put(self, own: str, rkey: str, written: dict[str, object]) -> DeliverResult:
        body = {"repo": own, "collection": record.COLLECTION, "rkey": rkey, "record": written, "swapRecord": None}
        try:
            answer = self._session.procedure("com.atproto.repo.putRecord", body)
        except Refused as refusal:
            return self._not_taken(refusal, rkey, written)
        content = answer.content
        if not isinstance(content, dict) or not isinstance(content.get("cid"), str):
            return Unconfirmed("Bluesky's answer to the post could not be understood.")
        uri = record.address(own, rkey)
        return Delivered(Ref(uri, content["cid"]), taken_at(self._session, answer), page_of(uri))

    def _not_taken(self, refusal: Refused, rkey: str, written: Raw) -> DeliverResult:
        if refusal.error == "InvalidSwap":
            match own_post(self._session, rkey, written):
                case Found(delivered):
                    return delivered
                case Absent() | CannotTell():
                    return Rejected("Another post already stands on Bluesky in this one's place.")
        if refusal.status == 429:
            return Retry("Bluesky asks us to wait.", wait_asked(refusal.headers))
        if refusal.barred:
            return Suspended(f"Bluesky refuses the account: {refusal.message or refusal}.")
        if refusal.error == "BlobNotFound":
            return Retry("Bluesky mislaid a picture of this answer; it is sent again.")
        if refusal.status in {400, 413}:
            return Rejected(f"Bluesky refused the post: {refusal.message or refusal}.")
        if refusal.status >= 500:
            return Unconfirmed(f"Bluesky failed while taking the post ({refusal}).")
        return Retry(f"Bluesky answered {refusal}.")

    def _public_name(self, did: str) -> str:
        """The name shown beside the handle; none for an account so new that the AppView has not met it."""
        try:
            answer = self._session.query("app.bsky.actor.getProfile", actor=did)
        except (NotSignedIn, Refused, NotSent, Doubtful):
            return ""
        return str(answer.content.get("displayName") or "") if isinstance(answer.content, dict) else ""


def _are_objects(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)
