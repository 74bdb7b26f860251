"""The square's HTTP API, for organisations that answer here.

Why it exists: it is what a real platform offers: a stream, posting, looking up; with a bearer token. The
misbehaviour that the panel sets is acted out here, where an inbox would meet it. What it must not do: tell
one account what another may not know, or misbehave towards a caller without a token, who could otherwise
tie up the house for nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import Engine

from connectors.square import faults, line, moderation, pictures, stream, truth
from connectors.square.accounts import Organisation, of_token
from connectors.square.items import told
from connectors.square.reading import PRIVATE, PUBLIC, Post, alone, picture_for_account, replies, visible, with_key
from connectors.square.refusing import Refused
from connectors.square.serving import MOST_BYTES, served
from connectors.square.writing import Answer, answer, withdraw

Engines = Callable[[], Engine]
_BODY_LIMIT = 100_000
_NO_LONGER_THAN = 200
"""Characters of a key."""


def register(blueprint: Blueprint, engines: Engines) -> None:
    """Hang the API under the square's own address."""

    @blueprint.get("/api/account")
    def api_account() -> Response:
        organisation = _caller(engines())
        return jsonify(id=organisation.handle, handle=organisation.handle, name=organisation.name)

    @blueprint.get("/api/stream")
    def api_stream() -> Response:
        engine = engines()
        organisation = _caller(engine)
        _keep_waiting(engine)
        trouble = faults.take_first(engine, "stream_throttle", "stream_fail")
        if trouble:
            truth.note(engine, "stream", trouble[0])
            return _too_many(trouble[1]) if trouble[0] == "stream_throttle" else _broken()
        with engine.connect() as connection:
            news = stream.since(connection, organisation.handle, _number("since", 0), _number("limit", stream.LIMIT))
        if news.items:
            habits = faults.take(engine, "odd_letters", "duplicate", "reorder", "poison")
            news = stream.misbehave(news, habits)
        return jsonify(items=news.items, cursor=str(news.cursor), more=news.more)

    @blueprint.post("/api/posts")
    def api_post() -> Response:
        engine = engines()
        return _post(engine, _caller(engine))

    @blueprint.get("/api/posts")
    def api_by_key() -> Response:
        engine = engines()
        organisation = _caller(engine)
        _may_look(engine)
        with engine.connect() as connection:
            key, now = request.args.get("key"), datetime.now(UTC)
            # Without a key: what the account has said by itself.
            mine = organisation.handle
            found = alone(connection, mine, now) if key is None else with_key(connection, mine, key, now)
        return _posts(found, organisation)

    @blueprint.get("/api/posts/<post_id>/replies")
    def api_replies(post_id: str) -> Response:
        engine = engines()
        organisation = _caller(engine)
        _may_look(engine)
        now = datetime.now(UTC)
        with engine.connect() as connection:
            if visible(connection, post_id, now) is None:
                raise Refused("no_such_post", 404)
            found = replies(connection, post_id, organisation.handle, now)
        return _posts(found, organisation)

    @blueprint.patch("/api/posts/<post_id>")
    def api_edit(post_id: str) -> Response:
        engine = engines()
        organisation = _caller(engine)
        changed = withdraw(engine, organisation, post_id, _words(_body(), "text"))
        truth.note(engine, "edit", "taken", post_id=post_id)
        return jsonify(told(changed, organisation.base_url))

    @blueprint.delete("/api/posts/<post_id>")
    def api_delete(post_id: str) -> Response:
        engine = engines()
        withdraw(engine, _caller(engine), post_id, None)
        truth.note(engine, "delete", "taken", post_id=post_id)
        return Response(status=204)

    @blueprint.get("/api/truth")
    def api_truth() -> Response:
        engine = engines()
        organisation = _caller(engine)
        with engine.connect() as connection:
            return jsonify(truth.whole(connection, organisation.handle))

    _register_pictures(blueprint, engines)
    _register_deeds(blueprint, engines)


def _register_deeds(blueprint: Blueprint, engines: Engines) -> None:
    @blueprint.post("/api/deeds")
    def api_deed() -> Response:
        engine = engines()
        return _deed(engine, _caller(engine))


def _register_pictures(blueprint: Blueprint, engines: Engines) -> None:
    @blueprint.post("/api/pictures")
    def api_bring() -> Response:
        # Read before anybody is turned away: servers hang up on what they have not read, and a no would not be heard.
        if (request.content_length or 0) > MOST_BYTES:
            raise Refused("too_large", 413)
        data = request.get_data(cache=False)
        engine = engines()
        return _bring(engine, _caller(engine), data)

    @blueprint.get("/api/pictures/<picture_id>")
    def api_picture(picture_id: str) -> Response:
        engine = engines()
        organisation = _caller(engine)
        _keep_waiting(engine)
        with engine.connect() as connection:
            return served(picture_for_account(connection, picture_id, organisation.handle, datetime.now(UTC)))


def refused(error: Refused) -> Response:
    """A refusal, for programs."""
    return _told(error.status, error.code)


def _post(engine: Engine, organisation: Organisation) -> Response:
    key = request.headers.get("Idempotency-Key", "")[:_NO_LONGER_THAN]
    # Read before waiting: what is left unread on the line would look like a caller who is still there.
    wanted = _wanted(key)
    turned = _turned_away(engine, "answer", key, "refuse_access", "throttle", "fail_before", "reject")
    if turned is not None:
        return turned
    habits = faults.take(engine, "forget_keys", "invisible")
    try:
        one = answer(
            engine,
            organisation,
            wanted,
            keep_key="forget_keys" not in habits,
            unseen_for=habits.get("invisible", 0),
        )
    except Refused as error:
        truth.note(engine, "answer", error.code, key=key)
        raise
    done = jsonify(told(one, organisation.base_url))
    done.status_code = 201
    return _after(engine, "answer", done, key, one.id)


def _deed(engine: Engine, organisation: Organisation) -> Response:
    """Hide, block and the like, each with its opposite. Answered 204 however often it is asked for."""
    body = _body()
    deed = _words(body, "deed")
    about = _words(body, "author" if deed in moderation.PEOPLE else "post")
    turned = _turned_away(engine, deed, None, "refuse_access", "throttle", "fail_before")
    if turned is not None:
        return turned
    if deed == "delete":
        withdraw(engine, organisation, about, None)
    done = deed == "delete" or moderation.do(engine, organisation, deed, about)
    return _after(engine, deed, Response(status=204), None, about, taken="taken" if done else "stood so already")


def _bring(engine: Engine, organisation: Organisation, data: bytes) -> Response:
    """A picture for the next answer. What it is, only its first bytes say, whatever the caller calls it."""
    # `reject` is a no to an answer's words, and waits for them.
    turned = _turned_away(engine, "picture", None, "refuse_access", "throttle", "fail_before")
    if turned is not None:
        return turned
    done = jsonify(id=pictures.keep(engine, organisation.handle, pictures.brought(data)))
    done.status_code = 201
    return done


def _turned_away(engine: Engine, what: str, key: str | None, *names: str) -> Response | None:
    """The misbehaviour, if any, that keeps us from taking it."""
    if not line.hold(request.environ, faults.take(engine, "latency").get("latency", 0)):
        # A caller who hung up before we took it must be able to trust that we did not take it afterwards.
        truth.note(engine, what, "the caller hung up", key=key)
        return _told(499, "hung_up")
    trouble = faults.take_first(engine, *names)
    if trouble is None:
        return None
    name, value = trouble
    truth.note(engine, what, name, key=key)
    if name == "throttle":
        return _too_many(value)
    return {"refuse_access": _told(401, "no_access"), "reject": _told(422, "not_wanted")}.get(name) or _broken()


def _after(
    engine: Engine, what: str, done: Response, key: str | None, post_id: str, *, taken: str = "taken"
) -> Response:
    """It stands; what the caller hears of it is another matter."""
    trouble = faults.take_first(engine, "fail_after", "drop_after", "hold_after")
    name, value = trouble or ("", 0)
    truth.note(engine, what, f"{taken}, {name}" if name else taken, key=key, post_id=post_id)
    if name == "fail_after" or (name == "drop_after" and not line.cut(request.environ)):
        return _broken()
    if name == "hold_after":
        line.hold(request.environ, value)
    return done


def _caller(engine: Engine) -> Organisation:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    with engine.connect() as connection:
        found = of_token(connection, token) if scheme.lower() == "bearer" and token else None
    if found is None:
        raise Refused("no_access", 401)
    return found


def _may_look(engine: Engine) -> None:
    _keep_waiting(engine)
    if faults.take(engine, "lookup_fail"):
        truth.note(engine, "look up", "lookup_fail")
        raise Refused("broken", 500)


def _keep_waiting(engine: Engine) -> None:
    line.hold(request.environ, faults.take(engine, "latency").get("latency", 0))


def _wanted(key: str) -> Answer:
    body = _body()
    visibility = _words(body, "visibility")
    if visibility not in (PUBLIC, PRIVATE) or not key:
        raise Refused("not_understood", 400)
    return Answer(
        _words(body, "text"), visibility, _words(body, "reply_to"), _words(body, "recipient"), key, _chosen(body)
    )


def _chosen(body: dict[str, object]) -> list[pictures.Chosen]:
    told = body.get("pictures", [])
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        raise Refused("not_understood", 400)
    return [pictures.Chosen(_words(one, "id"), _words({"description": "", **one}, "description")) for one in told]


def _body() -> dict[str, object]:
    if (request.content_length or 0) > _BODY_LIMIT:
        raise Refused("too_long", 413)
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Refused("not_understood", 400)
    return body


def _words(body: dict[str, object], name: str) -> str:
    found = body.get(name)
    if not isinstance(found, str):
        raise Refused("not_understood", 400)
    return found


def _number(name: str, usual: int) -> int:
    given = request.args.get(name, "")
    if not given:
        return usual
    if not given.isascii() or not given.isdigit() or len(given) > 18:
        raise Refused("not_understood", 400)
    return int(given)


def _posts(found: list[Post], organisation: Organisation) -> Response:
    return jsonify(posts=[told(one, organisation.base_url) for one in found])


def _too_many(seconds: int) -> Response:
    answered = _told(429, "too_many")
    answered.headers["Retry-After"] = str(seconds)
    return answered


def _broken() -> Response:
    return _told(500, "broken")


def _told(status: int, code: str) -> Response:
    answered = jsonify(error=code)
    answered.status_code = status
    return answered
