"""The environment that leads a program to the mock, and the files that it names."""

import json
import os
import shutil
import ssl
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path

from mockgateway.runtime.masquerade.front import HOSTS
from zimage_schemas import LIVE_ORIGIN

DIRECT = "localhost,127.0.0.1,::1"
"""Hosts that are not reached through the proxy: a program's own receivers of callbacks."""

_PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
_OTHER_PROXIES = ("ALL_PROXY", "all_proxy")
# OpenSSL and all on top of it, requests, curl, Deno: each takes the file in place of its own roots.
_BUNDLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "DENO_CERT")
_EXTRA = "NODE_EXTRA_CA_CERTS"
_PASSWORD = "mockgateway"  # noqa: S105 - Java asks for one to read a file of public certificates
_HERE = Path(__file__).parent


def write_preloads(folder: Path, front: int, proxy: int, *, allow_network: bool) -> None:
    """Write what Node and Python load at their start: the front and the proxy listen on those ports."""
    known = json.dumps({"hosts": HOSTS, "front": front, "proxy": proxy, "network": allow_network})
    for place, name in ((folder / "node", "preload.cjs"), (folder / "python", "sitecustomize.py")):
        place.mkdir()
        (place / "front.json").write_text(known, "utf-8")
        shutil.copyfile(_HERE / name, place / name)


def environment(
    inherited: Mapping[str, str], folder: Path, proxy_url: str, bundle: Path, key: str
) -> dict[str, str]:
    """Return the environment for a program.

    Args:
        inherited: the environment that it would have else.
        folder: where the preloads are.
        proxy_url: the proxy.
        bundle: the certificates that are trusted, in place of all others.
        key: the API key, where none is set.
    """
    kept = {name: value for name, value in inherited.items() if name not in _OTHER_PROXIES}
    modules = str(folder / "python")
    path = inherited.get("PYTHONPATH")
    return {
        **kept,
        **dict.fromkeys(_PROXIES, proxy_url),
        **dict.fromkeys(("NO_PROXY", "no_proxy"), DIRECT),
        **dict.fromkeys((*_BUNDLES, _EXTRA), str(bundle)),
        "WGETRC": str(_wgetrc(inherited, folder, bundle)),
        "NODE_USE_ENV_PROXY": "1",
        "NODE_OPTIONS": _joined(inherited.get("NODE_OPTIONS"), f'--require "{folder}/node/preload.cjs"'),
        "PYTHONPATH": f"{modules}{os.pathsep}{path}" if path else modules,
        "PIXAZO_GATEWAY_URL": inherited.get("PIXAZO_GATEWAY_URL") or LIVE_ORIGIN,
        "PIXAZO_API_KEY": inherited.get("PIXAZO_API_KEY") or key,
    }


def java_options(inherited: Mapping[str, str], folder: Path, port: int, bundle: Path) -> str:
    """Return JAVA_TOOL_OPTIONS, which lead a JVM to the proxy, after those that are set."""
    store = folder / "trust.p12"
    store.write_bytes(_truststore(bundle.read_bytes()))
    options = [
        "-Dhttps.proxyHost=127.0.0.1",
        f"-Dhttps.proxyPort={port}",
        f'-Djavax.net.ssl.trustStore="{store}"'
        if " " in str(store)
        else f"-Djavax.net.ssl.trustStore={store}",
        "-Djavax.net.ssl.trustStoreType=PKCS12",
        f"-Djavax.net.ssl.trustStorePassword={_PASSWORD}",
    ]
    return _joined(inherited.get("JAVA_TOOL_OPTIONS"), " ".join(options))


def write_bundle(inherited: Mapping[str, str], authority: Path, target: Path) -> Path:
    """Write the authority together with all that the program would trust else."""
    target.write_bytes(b"\n".join([authority.read_bytes(), *_trusted(inherited)]))
    return target


def _trusted(inherited: Mapping[str, str]) -> Iterator[bytes]:
    import certifi

    named = [inherited.get(name) for name in (*_BUNDLES, _EXTRA)]
    for each in dict.fromkeys((*named, ssl.get_default_verify_paths().cafile, certifi.where())):
        if each and Path(each).is_file():
            yield Path(each).read_bytes()


def _truststore(certificates: bytes) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some old roots have odd serial numbers
        # The same root may stand in several bundles; a store takes each once.
        found = list(dict.fromkeys(x509.load_pem_x509_certificates(certificates)))
    named = [
        pkcs12.PKCS12Certificate(each, f"trusted-{number}".encode()) for number, each in enumerate(found)
    ]
    return pkcs12.serialize_java_truststore(named, BestAvailableEncryption(_PASSWORD.encode()))


def _wgetrc(inherited: Mapping[str, str], folder: Path, bundle: Path) -> Path:
    """Write wget's settings: the user's own, and whom it trusts."""
    home = Path(inherited.get("HOME", "")) / ".wgetrc"
    own = Path(inherited["WGETRC"]) if inherited.get("WGETRC") else home
    text = own.read_text("utf-8", "surrogateescape") if own.is_file() else ""
    target = folder / "wgetrc"
    target.write_text(f"{text}\nca_certificate = {bundle}\n", "utf-8", "surrogateescape")
    return target


def _joined(before: str | None, after: str) -> str:
    return f"{before} {after}" if before else after
