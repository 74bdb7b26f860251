"""The form of a unit at Zammad.

Why it exists: the page draws it from here. What it must not do: hold a value.
"""

from __future__ import annotations

from connectors.kit.contract import Field, Schema
from connectors.kit.target import sentence

SCHEMA: Schema = (
    Field("url", sentence("Address"), sentence("Where Zammad is opened in the browser."), kind="url"),
    Field(
        "token",
        sentence("Access token"),
        sentence("Made in Zammad under Profile, Token Access, by a user of our own, with the right ticket.agent."),
        kind="secret",
    ),
    Field("group", sentence("Group"), sentence("The group at Zammad that gets the questions, by its whole name.")),
    Field(
        "customer",
        sentence("Customer’s e-mail address"),
        sentence("Questions stand there as asked by this customer: an address of yours that nobody writes from."),
    ),
    Field(
        "recalled",
        sentence("State after a recall"),
        sentence(
            "What a ticket becomes when its question is taken back, such as closed. Empty: it is only noted there."
        ),
        required=False,
    ),
    Field(
        "tags",
        sentence("Tags"),
        sentence("Given to each ticket, with commas between. They should exist at Zammad already."),
        required=False,
    ),
    Field(
        "webhook_secret",
        sentence("Signature token of the webhook"),
        sentence("The HMAC SHA1 signature token of the webhook at Zammad. Empty: we ask once a minute."),
        kind="secret",
        required=False,
    ),
)
