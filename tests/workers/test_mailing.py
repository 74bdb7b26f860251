"""The talk with the mail server: the password is told to whom it may be, and TLS is what this machine trusts."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from connectors.kit.mailing import _InTheClear, _introduced
from tests.workers.post_office import PostOffice, opened
from workers.mailing import Outcome, send

PATIENCE = 20
LOGIN = "byline:s%3Asame%2F@"


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Key and certificate for 127.0.0.1, signed by nobody else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.nordby.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "mail.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM)
    )
    return file


def served(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def letter(to: str = "anna@nordby.example") -> EmailMessage:
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = "byline@nordby.example", to, "Prøve"
    made.set_content(".\n..\nsidste linje\n", cte="quoted-printable")
    return made


def test_lines_that_are_dots_arrive_whole(office: PostOffice) -> None:
    with opened(office) as port:
        assert send(f"smtp://127.0.0.1:{port}", letter(), PATIENCE) is Outcome.TAKEN
    [taken] = office.letters()
    assert taken.get_content().splitlines() == [".", "..", "sidste linje"]


def test_it_signs_in_with_what_the_address_says(office: PostOffice) -> None:
    with opened(office) as port:
        assert send(f"smtp://{LOGIN}127.0.0.1:{port}", letter(), PATIENCE) is Outcome.TAKEN
        assert send(f"smtp://byline:wrong@127.0.0.1:{port}", letter(), PATIENCE) is Outcome.NOBODY
    assert (b"byline", b"s:same/") in office.logins
    assert len(office.taken) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_that_this_machine_trusts_is_spoken_through(
    office: PostOffice, certificate: Path, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with opened(office, tls=served(certificate), offered=scheme == "smtp") as port:
        assert send(f"{scheme}://{LOGIN}127.0.0.1:{port}", letter(), PATIENCE) is Outcome.TAKEN
    assert len(office.taken) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_one_that_it_does_not_trust_hears_neither_password_nor_letter(
    office: PostOffice, certificate: Path, scheme: str
) -> None:
    with opened(office, tls=served(certificate), offered=scheme == "smtp") as port:
        assert send(f"{scheme}://{LOGIN}127.0.0.1:{port}", letter(), PATIENCE) is Outcome.NOBODY
    assert (office.logins, office.taken) == ([], [])


class Plain:
    """A server elsewhere that offers no TLS."""

    sock = None

    def __init__(self) -> None:
        self.told: list[str] = []

    def ehlo_or_helo_if_needed(self) -> None:
        """Met."""

    def has_extn(self, _name: str) -> bool:
        return False

    def login(self, user: str, _password: str) -> None:
        self.told.append(user)


@pytest.mark.parametrize(
    ("host", "raises"), [("mail.nordby.example", True), ("192.0.2.1", True), ("127.0.0.1", False), ("[::1]", False)]
)
def test_no_password_goes_to_another_machine_in_the_clear(host: str, raises: bool) -> None:
    line = Plain()
    introduced: Callable[..., None] = _introduced
    if raises:
        with pytest.raises(_InTheClear):
            introduced(line, urlsplit(f"smtp://{LOGIN}{host}:587"))
    else:
        introduced(line, urlsplit(f"smtp://{LOGIN}{host}:587"))
    assert bool(line.told) != raises


def test_an_address_that_few_servers_understand_is_refused_here(office: PostOffice) -> None:
    with opened(office) as port:
        assert send(f"smtp://127.0.0.1:{port}", letter("åse@nordby.example"), PATIENCE) is Outcome.REFUSED
    assert office.receivers == []
