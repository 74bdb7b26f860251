"""The settings at a glance say how an answer is signed as it will stand there, not as a pattern."""

from __future__ import annotations

from tests.house import House
from tests.web.conftest import Come


def test_the_signature_is_shown_as_somebody_signs(founded: House, come: Come) -> None:
    page = come(founded.lone).get("/settings").text
    assert "– Anna, Nordby Kommune" in page
    assert "{public_name}" not in page
