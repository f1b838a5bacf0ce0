"""The authority of a run: good for two hosts, for nobody else, and for no longer than the run."""

import socket
import ssl
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from masquerade_support import installed

from mockgateway import Masquerade
from mockgateway.runtime.masquerade.authority import Authority
from mockgateway.runtime.masquerade.front import HOSTS

FOREIGN = [
    "example.com",
    "pixazo.ai",
    "api.pixazo.ai",
    "r2.dev",
    "gateway.pixazo.ai.example.com",
    "localhost",
]


@contextmanager
def presented(authority: Authority, names: list[str], folder: Path) -> Iterator[tuple[Path, Path, int]]:
    """Present a certificate for these names; yield files of authority and certificate, and a port."""
    issued = authority.issue(names)
    for name, content in (("ca", authority.certificate), ("leaf", issued.certificate), ("key", issued.key)):
        (folder / f"{name}.pem").write_bytes(content)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "leaf.pem", folder / "key.pem")
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            accepted, _ = listening.accept()
            try:
                with context.wrap_socket(accepted, server_side=True) as secure:
                    secure.sendall(b"hello")
            except (ssl.SSLError, OSError):
                accepted.close()

        thread = Thread(target=greet)
        thread.start()
        yield folder / "ca.pem", folder / "leaf.pem", listening.getsockname()[1]
        thread.join()


def shake_hands(authority: Path, port: int, name: str) -> bytes:
    """Connect as a client that trusts the authority and, as Python 3.13 does, is strict."""
    context = ssl.create_default_context(cafile=authority)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    with (
        socket.create_connection(("127.0.0.1", port), 20) as plain,
        context.wrap_socket(plain, server_hostname=name) as secure,
    ):
        return secure.recv(5)


def verified(authority: Path, leaf: Path) -> bool:
    """Ask openssl whether the certificate is good."""
    command = [installed("openssl"), "verify", "-x509_strict", "-CAfile", authority, leaf]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("host", HOSTS)
def test_it_vouches_for_the_two_hosts(host: str, tmp_path: Path) -> None:
    """By Python's verifier, and by openssl."""
    with presented(Authority(HOSTS), list(HOSTS), tmp_path) as (authority, leaf, port):
        assert shake_hands(authority, port, host) == b"hello"
        assert verified(authority, leaf)


@pytest.mark.parametrize("host", FOREIGN)
def test_it_can_vouch_for_nobody_else(host: str, tmp_path: Path) -> None:
    """What it signs for another host is turned away because of its constraints, alone or beside ours."""
    for names in ([host], [*HOSTS, host]):
        with presented(Authority(HOSTS), names, tmp_path) as (authority, leaf, port):
            with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
                shake_hands(authority, port, host)
            assert not verified(authority, leaf)


def test_it_can_vouch_for_no_address() -> None:
    """Every address is excluded: permitting names alone would leave them good."""
    certificate = x509.load_pem_x509_certificate(Authority(HOSTS).certificate)
    constraints = certificate.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    assert [str(each.value) for each in constraints.value.excluded_subtrees or ()] == ["0.0.0.0/0", "::/0"]
    assert [each.value for each in constraints.value.permitted_subtrees or ()] == list(HOSTS)
    basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (basic.ca, basic.path_length) == (True, 0)


def test_its_key_is_in_no_file(masquerade: Masquerade) -> None:
    """The one key there is the certificate's own; only the user reads it, and the folder that holds it."""
    assert stat.S_IMODE(masquerade.folder.stat().st_mode) == 0o700
    files = [path for path in masquerade.folder.rglob("*") if path.is_file()]
    (key,) = [path for path in files if b"PRIVATE KEY" in path.read_bytes()]
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    certificate = x509.load_pem_x509_certificate((masquerade.folder / "certificate.pem").read_bytes())
    loaded = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    loaded.load_cert_chain(masquerade.folder / "certificate.pem", key)
    with pytest.raises(ssl.SSLError, match="KEY_VALUES_MISMATCH"):
        loaded.load_cert_chain(masquerade.ca_file, key)
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_no_two_runs_share_one(masquerade: Masquerade, tmp_path: Path) -> None:
    """A certificate of one is not good under another."""
    with presented(Authority(HOSTS), list(HOSTS), tmp_path) as (_, leaf, port):
        with pytest.raises(ssl.SSLCertVerificationError, match="unable to get local issuer"):
            shake_hands(masquerade.ca_file, port, HOSTS[0])
        assert not verified(masquerade.ca_file, leaf)
