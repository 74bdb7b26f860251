"""The form of a unit at Zendesk.

Why it exists: the page draws it from here. What it must not do: hold a value.
"""

from __future__ import annotations

from connectors.kit.contract import Field, Schema
from connectors.kit.target import sentence

YES = frozenset({"yes", "ja", "1", "true"})
"""What says yes in a field of text."""

SCHEMA: Schema = (
    Field("url", sentence("Address"), sentence("Such as https://nordby.zendesk.com."), kind="url"),
    Field(
        "email",
        sentence("E-mail address of our user"),
        sentence("The administrator that the API token speaks for. Empty: the token is an OAuth access token."),
        required=False,
    ),
    Field(
        "token",
        sentence("Access token"),
        sentence("Made in Zendesk’s Admin Center under Apps and integrations, APIs. Only administrators may export."),
        kind="secret",
    ),
    Field(
        "group",
        sentence("Number of the group"),
        sentence("The group at Zendesk that gets the questions. Empty: your rules there decide."),
        required=False,
    ),
    Field(
        "requester",
        sentence("Requester’s e-mail address"),
        sentence(
            "Questions stand there as asked by this person. Empty: by our user. Zendesk mails public replies there."
        ),
        required=False,
    ),
    Field("tags", sentence("Tags"), sentence("Given to each ticket at Zendesk, with commas between."), required=False),
    Field(
        "recalled",
        sentence("Status after a recall"),
        sentence("Such as solved, which Zendesk refuses without an assignee. Empty: the recall is only noted there."),
        required=False,
    ),
    Field(
        "notes",
        sentence("Internal notes are answers, too"),
        sentence("Write “yes” if agents there answer in internal notes. Empty: only public replies are answers."),
        required=False,
    ),
    Field(
        "webhook_secret",
        sentence("Signing secret of the webhook"),
        sentence("Shown by Zendesk under Reveal secret. Empty: we ask once a minute."),
        kind="secret",
        required=False,
    ),
)
