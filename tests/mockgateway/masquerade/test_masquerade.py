"""The masquerade as a library: many at once, gone when it ends."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from threading import Thread

import pytest
import requests
from masquerade_support import clean_environment

from mockgateway import Masquerade, MockGateway
from zimage_schemas import LIVE_ORIGIN, MODELS

KEY = "a-key-of-a-program"
BODY = {"prompt": "A red bicycle", "image_size": "square_1_1"}


def submit(environment: Mapping[str, str]) -> str:
    """Submit a job as a program would that reads this environment; return the id."""
    with requests.Session() as session:
        session.trust_env = False
        session.proxies = {"https": environment["HTTPS_PROXY"]}
        session.verify = environment["REQUESTS_CA_BUNDLE"]
        headers = {"Ocp-Apim-Subscription-Key": environment["PIXAZO_API_KEY"]}
        url = f"{LIVE_ORIGIN}{MODELS['base'].submit_path}"
        return str(session.post(url, json=BODY, headers=headers, timeout=20).json()["request_id"])


def test_the_environment_leads_to_the_mock() -> None:
    """What was set stays, but for what would lead elsewhere; a key and a URL are set where none was."""
    before = {"HOME": "/nowhere", "HTTPS_PROXY": "http://elsewhere", "ALL_PROXY": "x", "NO_PROXY": "*"}
    before |= {"PYTHONPATH": "mine", "NODE_OPTIONS": "--no-warnings"}
    with MockGateway() as gateway, Masquerade(gateway) as masquerade:
        made = masquerade.environment(before, KEY)
        for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
            assert made[name] == masquerade.proxy_url
        bundles = "SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE DENO_CERT NODE_EXTRA_CA_CERTS"
        for name in bundles.split():
            assert made[name] == str(masquerade.ca_file)
        assert made["HOME"] == "/nowhere"
        assert "ALL_PROXY" not in made
        assert made["NO_PROXY"] == made["no_proxy"] == "localhost,127.0.0.1,::1"
        assert made["PYTHONPATH"].endswith(f"{os.pathsep}mine")
        assert made["NODE_OPTIONS"].startswith("--no-warnings --require ")
        assert made["NODE_USE_ENV_PROXY"] == "1"
        assert (made["PIXAZO_GATEWAY_URL"], made["PIXAZO_API_KEY"]) == (LIVE_ORIGIN, KEY)
        assert "JAVA_TOOL_OPTIONS" not in made
        own = {"PIXAZO_GATEWAY_URL": "http://mine", "PIXAZO_API_KEY": "mine"}
        assert own.items() <= masquerade.environment(own, KEY).items()
        assert submit(made)
        assert gateway.account(KEY).wallet.charged > 0


def test_with_the_network_the_usual_roots_are_trusted_too(tmp_path: Path) -> None:
    """The bundle holds ours, what the user had named, and the machine's or certifi's."""
    (tmp_path / "corporate.pem").write_text("-----CORPORATE-----\n")
    inherited = {"SSL_CERT_FILE": str(tmp_path / "corporate.pem")}
    with MockGateway() as gateway, Masquerade(gateway, allow_network=True) as masquerade:
        made = masquerade.environment(inherited, KEY)
        bundle = Path(made["SSL_CERT_FILE"]).read_text()
        assert bundle.startswith(masquerade.ca_file.read_text())
        assert "-----CORPORATE-----" in bundle
        assert bundle.count("BEGIN CERTIFICATE") > 50
        assert submit(made)


def test_java_takes_the_usual_roots_too() -> None:
    """Its store is a file that its own tool reads: with the network hundreds of entries, without it one."""
    keytool = shutil.which("keytool")
    if keytool is None:
        pytest.skip("keytool is not installed")
    for allowed in (False, True):
        with MockGateway() as gateway, Masquerade(gateway, allow_network=allowed) as masquerade:
            options = masquerade.environment({"JAVA_TOOL_OPTIONS": "-Dmine=1"}, KEY, java=True)
            assert options["JAVA_TOOL_OPTIONS"].startswith("-Dmine=1 -Dhttps.proxyHost=127.0.0.1 ")
            store = masquerade.folder / "trust.p12"
            listed = subprocess.run(
                [keytool, "-list", "-keystore", store, "-storepass", "mockgateway"],
                capture_output=True,
                text=True,
                check=True,
            )
            assert (listed.stdout.count("trustedCertEntry") > 50) is allowed
            assert "trustedCertEntry" in listed.stdout


def test_many_at_once() -> None:
    """Ten mocks with two masquerades each, used in threads: each job arrives where it was sent."""
    found: dict[str, str] = {}

    def use(number: int) -> None:
        with MockGateway() as gateway, Masquerade(gateway) as one, Masquerade(gateway) as two:
            for masquerade in (one, two):
                job = submit(masquerade.environment({}, f"key-number-{number}"))
                assert job in [each.request_id for each in gateway.account(f"key-number-{number}").jobs]
                found[job] = masquerade.proxy_url

    threads = [Thread(target=use, args=[number]) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(found), len(set(found.values()))) == (20, 20)


def test_an_end_leaves_nothing_behind() -> None:
    """No folder, thread or listening port; a program that is connected is cut off, and the mock goes on."""
    with MockGateway() as gateway:
        requests.get(f"{gateway.url}/openapi.json", timeout=20).raise_for_status()
        before = {thread.name for thread in threading.enumerate()}
        masquerade = Masquerade(gateway).start()
        folder, port = masquerade.folder, int(masquerade.proxy_url.rpartition(":")[2])
        submit(masquerade.environment({}, KEY))
        with socket.create_connection(("127.0.0.1", port), 20) as connection:
            connection.sendall(b"CONNECT gateway.pixazo.ai:443 HTTP/1.1\r\n\r\n")
            assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")
            masquerade.stop()
            masquerade.stop()
            assert connection.recv(4096) == b""
        assert not folder.exists()
        assert {thread.name for thread in threading.enumerate()} == before
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), 20)
        with pytest.raises(RuntimeError, match="not on"):
            _ = masquerade.folder
        requests.get(f"{gateway.url}/openapi.json", timeout=20).raise_for_status()


def test_it_can_begin_again_but_not_twice() -> None:
    """Each time with another folder; a mock that does not run is refused before anything is made."""
    gateway = MockGateway()
    with pytest.raises(RuntimeError, match="this mock is not running"):
        Masquerade(gateway).start()
    with gateway:
        masquerade = Masquerade(gateway)
        folders = set()
        for _ in range(2):
            with masquerade:
                folders.add(masquerade.folder)
                with pytest.raises(RuntimeError, match="is on already"):
                    masquerade.start()
        assert len(folders) == 2


def test_it_begins_and_ends_beside_an_event_loop() -> None:
    """In an asynchronous test, too."""

    async def use() -> str:
        with MockGateway() as gateway, Masquerade(gateway) as masquerade:
            environment = masquerade.environment({}, KEY)
            return await asyncio.to_thread(submit, environment)

    assert asyncio.run(use())


def test_ones_own_sitecustomize_runs_too(masquerade: Masquerade, tmp_path: Path) -> None:
    """Ours comes first on the path, and runs the one that it hides."""
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.mine = __name__\n")
    environment = masquerade.environment(clean_environment() | {"PYTHONPATH": str(tmp_path)}, KEY)
    look = "import sys, socket; print(sys.mine, socket.getaddrinfo.__module__)"
    command = [sys.executable, "-c", look]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert ended.stdout == "sitecustomize sitecustomize\n"
