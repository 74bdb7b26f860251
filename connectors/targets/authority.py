"""A matter that is another authority's: the citizen is shown the way there.

Nothing is sent: what a citizen wrote to us is not ours to pass on. What is laid before the agent is the ready text in
the channel's language, and below it what the directory knows. What it must not do: call anybody, or say more than
stands in its settings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar, Final

from connectors.kit.contract import (
    CannotTell,
    DeliverResult,
    FetchResult,
    Field,
    FindResult,
    Forged,
    Health,
    Http,
    Page,
    Poison,
    Raw,
    Rejected,
    Schema,
    WebhookRequest,
    WebhookResult,
)
from connectors.kit.target import NotOurs, Question, Returned, TargetCapabilities, TargetConfig, sentence

_LINES: Final[Mapping[str, Mapping[str, str]]] = {
    "da": {
        "ready": "Hej. Det er {name}, der tager sig af det. Du kan henvende dig direkte til dem.",
        "telephone": "Telefon",
        "hours": "Åbningstid",
        "address": "Adresse",
        "web": "Mere",
    },
    "nb": {
        "ready": "Hei. Det er {name} som tar seg av dette. Du kan ta kontakt direkte med dem.",
        "telephone": "Telefon",
        "hours": "Åpningstid",
        "address": "Adresse",
        "web": "Mer",
    },
    "en": {
        "ready": "Hello. {name} takes care of this. You can turn to them directly.",
        "telephone": "Telephone",
        "hours": "Opening hours",
        "address": "Address",
        "web": "More",
    },
}


class Authority:
    """An entry of the directory."""

    name: ClassVar[str] = "authority"
    capabilities: ClassVar[TargetCapabilities] = TargetCapabilities(
        label=sentence("Another authority"), sends=False, returns=False, reminds=False, proof="real server"
    )
    settings_schema: ClassVar[Schema] = (
        Field("called", sentence("Name of the authority"), sentence("As citizens know it.")),
        Field("telephone", sentence("Telephone"), sentence("Empty where there is none."), required=False),
        Field("hours", sentence("Their opening hours"), sentence("As it is said to a citizen."), required=False),
        Field("address", sentence("Their address"), sentence("One line."), required=False),
        Field("web", sentence("Their web page"), sentence("It begins with https://."), kind="url", required=False),
        Field(
            "ready_da",
            sentence("Ready text in Danish"),
            sentence("What the citizen is told first. Empty for a short sentence with the name."),
            kind="long",
            required=False,
        ),
        Field("ready_nb", sentence("Ready text in Norwegian"), sentence("The same."), kind="long", required=False),
        Field("ready_en", sentence("Ready text in English"), sentence("The same."), kind="long", required=False),
    )

    def __init__(self, config: TargetConfig, http: Http) -> None:  # noqa: ARG002 - nobody is called
        self._set = config.settings
        self._name = config.settings.get("called", "") or config.name

    def probe(self) -> Health:
        """Nothing is sent, so that nothing can fail."""
        return Health(True, sentence("Nothing is sent there: the agent gets the ready text as a draft."))

    def deliver(self, question: Question, key: str) -> DeliverResult:  # noqa: ARG002 - the contract's
        """Never called (`sends`)."""
        return Rejected("Nothing is sent to another authority.")

    def find_delivered(self, question: Question, key: str) -> FindResult:  # noqa: ARG002 - the contract's
        """Never called (`sends`)."""
        return CannotTell("Nothing is sent to another authority.")

    def receive(self, cursor: str | None, limit: int) -> FetchResult:  # noqa: ARG002 - the contract's
        """Never called (`returns`)."""
        return Page((), cursor)

    def normalize(self, raw: Raw) -> Sequence[Returned]:
        key, language = raw.get("key"), raw.get("language")
        if not isinstance(key, str) or not key or not isinstance(language, str):
            raise Poison("it was not asked by this house")
        return (NotOurs(key, self._name, datetime.fromtimestamp(0, UTC), self._way(language)),)

    def verify_webhook(self, request: WebhookRequest, now: datetime) -> WebhookResult:  # noqa: ARG002 - nobody calls
        return Forged("nobody calls here")

    def _way(self, language: str) -> str:
        """The ready text, and what is known below it."""
        say = _LINES.get(language, _LINES["en"])
        ready = self._set.get(f"ready_{language}", "") or say["ready"].format(name=self._name)
        known = [
            f"{say[name]}: {self._set[name]}"
            for name in ("telephone", "hours", "address", "web")
            if self._set.get(name)
        ]
        return "\n".join((ready, *known))


TARGET = Authority
