"""What Zendesk is sent, and what it says when it does not take it.

Why it exists: the same question must be the same body to the last byte at every try, else its idempotency key does not
fit. What it must not do: call anybody, or put anything in that changes from one try to the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.kit.target import Errand, Question
from connectors.targets import ticket_words
from connectors.targets.ticket_calls import Denied, objects
from connectors.targets.ticket_words import Marks
from connectors.targets.zendesk.comments import external_id


@dataclass(frozen=True, slots=True)
class Tickets:
    """The tickets of one unit. `settings` are those of its form, `organisation` is who asks."""

    settings: Mapping[str, str]
    organisation: str
    marks: Marks

    def ticket(self, question: Question, key: str) -> dict[str, object]:
        """A new ticket. Its first comment is public: a reply there is then, too, unless an agent decides otherwise."""
        ticket: dict[str, object] = {
            "subject": ticket_words.subject(question),
            "comment": {"body": ticket_words.body(question, self.marks, key, self.organisation), "public": True},
            "external_id": external_id(self.marks, question.number, key),
        }
        group, requester = self.settings.get("group", ""), self.settings.get("requester", "")
        if group:
            ticket["group_id"] = int(group) if group.isdigit() else group
        if requester:
            ticket["requester"] = {"name": self.organisation, "email": requester}
        tags = [tag.strip() for tag in self.settings.get("tags", "").split(",") if tag.strip()]
        if tags:
            ticket["tags"] = tags
        return ticket

    def note(self, question: Question, key: str) -> dict[str, object]:
        """An internal note on a ticket that stands."""
        body = ticket_words.body(question, self.marks, key, self.organisation)
        note: dict[str, object] = {"comment": {"body": body, "public": False}}
        status = self.settings.get("recalled", "")
        if question.errand is Errand.RECALL and status:
            note["status"] = status
        return note


def said(error: Exception) -> str:
    """Zendesk's own reason: `{"error": …, "description": …, "details": {field: [{"description": …}]}}`."""
    told = error.content if isinstance(error, Denied) and isinstance(error.content, dict) else {}
    details = told.get("details")
    fields = details.values() if isinstance(details, dict) else ()
    lines = [str(one["description"]) for field in fields for one in objects(field) if one.get("description")]
    words = " ".join(lines) or told.get("description") or told.get("error")
    return f"Zendesk: {words}" if isinstance(words, str) and words else ""
