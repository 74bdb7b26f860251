"""Tables, one file per aggregate: columns, constraints, relationships. No rules beyond what the database can refuse.

Every time is `timestamptz`; every id is a UUIDv7 made in Python. Importing this package knows all tables.
"""

from inbox.models.account import Account, Cursor, RawEvent
from inbox.models.acute import Acute, AcuteCall, AcuteList, OnCall, OnCallShift
from inbox.models.agent import Agent, AgentKey, GroupAnswerer, Role, Signature, Team
from inbox.models.answered import Correction, CorrectionTold, EarlierAnswer
from inbox.models.canned import CannedAnswer
from inbox.models.charter import Charter
from inbox.models.complaint import Complaint, ComplaintRule, SiloRemark
from inbox.models.contact import Contact, ContactJoining, ContactNote, Identity
from inbox.models.conversation import Conversation, ConversationEvent, Draft, Note
from inbox.models.delivery import Attempt, Delivery
from inbox.models.escalation import Escalation, Ladder
from inbox.models.gathering import (
    Gathering,
    GatheringAnswer,
    GatheringBatch,
    GatheringDraft,
    GatheringMember,
)
from inbox.models.guard import GuardReason
from inbox.models.incident import Incident, NameChange, PublicName
from inbox.models.ledger import LedgerCheckpoint, LedgerEntry, LedgerNode
from inbox.models.message import Message, Revision
from inbox.models.moderation import Exposure, Moderation, Reveal
from inbox.models.organisation import Beat, Organisation
from inbox.models.own_post import OwnPost, PostDraft
from inbox.models.picture import Picture
from inbox.models.promise import Calendar, Clock, Fact, Outage, Policies
from inbox.models.reach import Reach, ReachHook
from inbox.models.release import SecondKey
from inbox.models.silo import Silo, SiloAnswer, SiloTicket
from inbox.models.silo_way import SiloErrand, SiloInbound
from inbox.models.sorting import ConversationTag, SavedView, Tag
from inbox.models.stop import Stop
from inbox.models.work import Activity, Notice

__all__ = [
    "Account",
    "Activity",
    "Acute",
    "AcuteCall",
    "AcuteList",
    "Agent",
    "AgentKey",
    "Attempt",
    "Beat",
    "Calendar",
    "CannedAnswer",
    "Charter",
    "Clock",
    "Complaint",
    "ComplaintRule",
    "Contact",
    "ContactJoining",
    "ContactNote",
    "Conversation",
    "ConversationEvent",
    "ConversationTag",
    "Correction",
    "CorrectionTold",
    "Cursor",
    "Delivery",
    "Draft",
    "EarlierAnswer",
    "Escalation",
    "Exposure",
    "Fact",
    "Gathering",
    "GatheringAnswer",
    "GatheringBatch",
    "GatheringDraft",
    "GatheringMember",
    "GroupAnswerer",
    "GuardReason",
    "Identity",
    "Incident",
    "Ladder",
    "LedgerCheckpoint",
    "LedgerEntry",
    "LedgerNode",
    "Message",
    "Moderation",
    "NameChange",
    "Note",
    "Notice",
    "OnCall",
    "OnCallShift",
    "Organisation",
    "Outage",
    "OwnPost",
    "Picture",
    "Policies",
    "PostDraft",
    "PublicName",
    "RawEvent",
    "Reach",
    "ReachHook",
    "Reveal",
    "Revision",
    "Role",
    "SavedView",
    "SecondKey",
    "Signature",
    "Silo",
    "SiloAnswer",
    "SiloErrand",
    "SiloInbound",
    "SiloRemark",
    "SiloTicket",
    "Stop",
    "Tag",
    "Team",
]
