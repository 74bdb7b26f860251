"""Our accounts: what is refused when one is added, what stays sealed, and what stops and starts them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from connectors.kit import registry
from connectors.kit.contract import Author, Health
from inbox.domain.errors import Invalid, NotFound
from inbox.domain.events import AccountChanged
from inbox.domain.ids import new_id
from inbox.models import Account
from inbox.services import accounts, intake, polling
from inbox.services.accounts import AccountMemory
from tests import house as scene
from tests.house import House
from tests.services.answering import deed, minutes, one

FINE = Health(ok=True, detail="", identity=Author("other", "other", "Nordby Bibliotek"))
CREDENTIALS = {"url": "http://127.0.0.1:9", "token": "a very secret token", "webhook_secret": "another"}


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found()


def test_an_unknown_platform_is_refused_with_the_known_ones(house: House) -> None:
    with pytest.raises(Invalid, match="square"), deed() as work:
        accounts.add(work, channel="carrier pigeon", name="Due", credentials={}, health=FINE)


def test_a_connection_that_did_not_work_is_refused_with_why(house: House) -> None:
    failed = Health(ok=False, detail="The square refuses our token.")
    with pytest.raises(Invalid, match="refuses our token"), deed() as work:
        accounts.add(work, channel=scene.CHANNEL, name="Nordby", credentials=CREDENTIALS, health=failed)


def test_the_same_identity_is_not_added_twice(house: House) -> None:
    twin = Health(ok=True, detail="", identity=Author("nordby", "nordby", "Nordby Kommune"))
    with pytest.raises(Invalid, match="added already"), deed() as work:
        accounts.add(work, channel=scene.CHANNEL, name="Igen", credentials=CREDENTIALS, health=twin)


def test_before_the_organisation_is_founded_there_is_no_account(app: Flask) -> None:
    with pytest.raises(Invalid, match="no organisation here yet"), deed() as work:
        accounts.add(work, channel=scene.CHANNEL, name="Nordby", credentials=CREDENTIALS, health=FINE)


def test_a_form_with_a_missing_or_unknown_field_is_refused_naming_it() -> None:
    schema = registry.connector(scene.CHANNEL).credentials_schema
    with pytest.raises(Invalid, match="“token” is missing"):
        accounts.checked_credentials(schema, {"url": "http://127.0.0.1:9"})
    with pytest.raises(Invalid, match="“colour” is not a field here"):
        accounts.checked_credentials(schema, {**CREDENTIALS, "colour": "blue"})
    assert accounts.checked_credentials(schema, {**CREDENTIALS, "token": " a very secret token\n"}) == CREDENTIALS


def test_credentials_and_what_a_connector_remembers_are_sealed_at_rest(house: House) -> None:
    memory = AccountMemory({})
    with deed() as work:
        accounts.change_credentials(work, accounts.get(work, house.account_id), CREDENTIALS)
        memory.save("session", "a session token")
        accounts.remember(work, house.account_id, memory)
    account = one(Account)
    assert account.memory is not None
    assert b"secret" not in account.credentials
    assert b"session" not in account.memory
    with deed() as work:
        known, again = accounts.config_of(work, accounts.get(work, house.account_id))
    assert known.credentials == CREDENTIALS
    assert again.load("session") == "a session token"
    assert not again.changed


def test_inside_a_unit_of_work_no_platform_can_be_called(house: House) -> None:
    with deed() as work:
        connector = accounts.silent_connector(work, accounts.get(work, house.account_id))
        with pytest.raises(RuntimeError, match="inside a unit of work"):
            connector.probe()


def test_suspended_it_is_neither_asked_nor_posted_to_and_is_said_once(house: House) -> None:
    with deed() as work:
        account = accounts.get(work, house.account_id, lock=True)
        accounts.suspend(work, account, "no access")
        accounts.suspend(work, account, "still no access")
        assert sum(isinstance(event, AccountChanged) for event in work.events) == 1
    with deed(now=minutes(60)) as work:
        assert polling.claim(work, house.account_id, timedelta(seconds=45)) is None
    with deed(house.lone, minutes(60)) as work:
        accounts.resume(work, house.account_id)
    account = one(Account)
    assert (account.state, account.health, account.due_at) == ("active", None, minutes(60))
    with deed(now=minutes(60)) as work:
        turn = polling.claim(work, house.account_id, timedelta(seconds=45))
    assert turn is not None
    assert turn.streams == ("news",)
    with deed(now=minutes(60)) as work:
        assert polling.claim(work, house.account_id, timedelta(seconds=45)) is None


def test_whose_lease_ran_out_neither_keeps_nor_frees_what_another_has(house: House) -> None:
    with deed() as work:
        slept = polling.claim(work, house.account_id, timedelta(seconds=-1))
    assert slept is not None
    with deed() as work:
        taken = polling.claim(work, house.account_id, timedelta(seconds=45))
    assert taken is not None
    with deed() as work:
        assert polling.keep(work, slept, timedelta(seconds=45)) is None
        polling.free(work, slept)
    with deed() as work:
        assert polling.claim(work, house.account_id, timedelta(seconds=45)) is None
        kept = polling.keep(work, taken, timedelta(seconds=90))
    assert kept is not None
    assert kept.until > taken.until
    with deed() as work:
        polling.free(work, kept)
    assert one(Account).lease_until is None


def test_a_longer_silence_is_never_shortened(house: House) -> None:
    for asked, held in ((30, 30), (10, 30), (60, 60)):
        with deed() as work:
            accounts.hold_back(accounts.get(work, house.account_id), minutes(asked))
        assert one(Account).not_before == minutes(held)


def test_a_platform_that_gives_no_page_is_asked_less_often_and_one_that_does_as_before(house: House) -> None:
    pauses = []
    for _ in range(10):
        with deed() as work:
            intake.fetch_failed(work, house.account_id, "The square could not be reached.", None)
        due_at = one(Account).due_at
        assert due_at is not None
        pauses.append(due_at - minutes(0))
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(seconds=2)
    assert pauses[-1] == timedelta(minutes=5)
    assert one(Account).health == "The square could not be reached."
    house.news()
    assert (one(Account).attempts, one(Account).health) == (0, None)


def test_an_unknown_account_is_not_found(house: House) -> None:
    with pytest.raises(NotFound), deed() as work:
        accounts.get(work, new_id())


def test_new_keys_start_it_again_and_those_of_another_account_do_not(house: House) -> None:
    with deed() as work:
        accounts.suspend(work, accounts.get(work, house.account_id, lock=True), "no access")
    with pytest.raises(Invalid, match="another account"), deed() as work:
        accounts.reconnect(work, house.account_id, CREDENTIALS, FINE)
    assert one(Account).state == "suspended"
    own = Health(ok=True, detail="", identity=Author("nordby", "nordby", "Nordby Kommune"))
    with deed() as work:
        accounts.reconnect(work, accounts.called(work, scene.CHANNEL, "@nordby").id, CREDENTIALS, own)
        assert accounts.credentials(work, accounts.get(work, house.account_id)) == CREDENTIALS
    assert one(Account).state == "active"
