"""A certificate authority for one run: it signs for these hosts only, and its key is never in a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# Clocks of containers and virtual machines differ; a run lasts minutes.
_BEFORE, _AFTER = timedelta(days=1), timedelta(days=30)
_FOR_SERVERS = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate with its key, both PEM."""

    certificate: bytes
    key: bytes


class Authority:
    """Signs certificates of servers. What it signs for another host, or any address, nobody accepts.

    Args:
        hosts: the only names that its certificates are good for (RFC 5280, section 4.2.1.10: and names
            below them).
    """

    def __init__(self, hosts: Sequence[str]) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mockgateway run, for this run only")])
        builder = _builder(name, name, self._key.public_key(), self._key.public_key())
        self._certificate = (
            builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(_constraints(hosts), critical=True)
            .sign(self._key, SHA256())
        )

    @property
    def certificate(self) -> bytes:
        """Its own certificate, PEM."""
        return self._certificate.public_bytes(Encoding.PEM)

    def issue(self, hosts: Sequence[str]) -> Issued:
        """Make a key, and sign a certificate for these hosts."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mockgateway run")])
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        builder = _builder(name, self._certificate.subject, key.public_key(), self._key.public_key())
        signed = (
            builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(names, critical=False)
            .sign(self._key, SHA256())
        )
        written = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return Issued(signed.public_bytes(Encoding.PEM), written)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    signer: ec.EllipticCurvePublicKey,
) -> x509.CertificateBuilder:
    """Begin a certificate with what every one has; the key identifiers are for strict verifiers."""
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BEFORE)
        .not_valid_after(now + _AFTER)
        .add_extension(_FOR_SERVERS, critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer), critical=False)
    )


def _constraints(hosts: Sequence[str]) -> x509.NameConstraints:
    # Permitted names say nothing of addresses, which would be good without being excluded.
    addresses = [x509.IPAddress(ip_network(every)) for every in ("0.0.0.0/0", "::/0")]
    return x509.NameConstraints([x509.DNSName(host) for host in hosts], addresses)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
