"""A mock in the clothes of the live gateway: its names, its TLS, and the way there."""

import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import Self

from mockgateway.runtime.inprocess import MockGateway
from mockgateway.runtime.masquerade.front import HOSTS, Front
from mockgateway.runtime.masquerade.proxy import Proxy
from mockgateway.runtime.masquerade.reach import Barred
from mockgateway.runtime.masquerade.surroundings import (
    environment,
    java_options,
    write_bundle,
    write_preloads,
)
from mockgateway.runtime.server import Server, listen


class Masquerade:
    """Lets programs that were written for the live gateway reach a running mock, unmodified.

    It serves TLS for the two hosts of the live gateway, with a certificate of its own, and a proxy
    on 127.0.0.1 that leads there. A program that is run in its `environment` finds both, and finds
    the live names in every `polling_url` and `media_url`. Use it as a context manager; many may run
    at once, also for one mock.

    Args:
        gateway: the mock, which is running, and goes on when this ends.
        allow_network: whether the program may reach other hosts too.
    """

    def __init__(self, gateway: MockGateway, *, allow_network: bool = False) -> None:
        self._gateway = gateway
        self._allow_network = allow_network
        self._running: tuple[Path, Proxy, ExitStack] | None = None

    @property
    def _parts(self) -> tuple[Path, Proxy, ExitStack]:
        if self._running is None:
            raise RuntimeError("this masquerade is not on: use it in a `with` block, or call start()")
        return self._running

    @property
    def proxy_url(self) -> str:
        """The proxy, such as `http://127.0.0.1:43210`; raises RuntimeError while it is not on."""
        return f"http://127.0.0.1:{self._parts[1].port}"

    @property
    def folder(self) -> Path:
        """Where its files are; they go when it ends."""
        return self._parts[0]

    @property
    def ca_file(self) -> Path:
        """The certificate of the authority that vouches for the two hosts, and can for no others; PEM."""
        return self.folder / "ca.pem"

    @property
    def refused(self) -> dict[Barred, int]:
        """What the program asked the proxy for and did not get, and how often."""
        return self._parts[1].refused

    @property
    def connections(self) -> int:
        """How many times the program has connected to the two hosts by the proxy."""
        return self._parts[1].connections

    def environment(self, inherited: Mapping[str, str], key: str, *, java: bool = False) -> dict[str, str]:
        """Return the environment in which a program finds the mock where the live gateway would be.

        Args:
            inherited: the environment that it would have else, such as `os.environ`.
            key: the API key, as PIXAZO_API_KEY where none is set.
            java: whether a JVM is led there too; each then says so in a line on its standard error.
        """
        folder, bundle = self.folder, self.ca_file
        if self._allow_network:
            bundle = write_bundle(inherited, self.ca_file, folder / "bundle.pem")
        made = environment(inherited, folder, self.proxy_url, bundle, key)
        if java:
            made["JAVA_TOOL_OPTIONS"] = java_options(inherited, folder, self._parts[1].port, bundle)
        return made

    def start(self) -> Self:
        """Begin; programs are answered when this returns. Raises CannotListen."""
        if self._running is not None:
            raise RuntimeError("this masquerade is on already")
        mock_port = _port(self._gateway.url)
        with ExitStack() as undone:
            folder = Path(mkdtemp(prefix="mockgateway-run-"))
            undone.callback(shutil.rmtree, folder, ignore_errors=True)
            server = self._serve(folder)
            undone.callback(server.stop)
            front = _port(server.url)
            ports = (mock_port, front)
            proxy = Proxy(front, ports, folder / "ca.pem", allow_network=self._allow_network).start()
            undone.callback(proxy.stop)
            write_preloads(folder, front, proxy.port, allow_network=self._allow_network)
            self._running = folder, proxy, undone.pop_all()
        return self

    def _serve(self, folder: Path) -> Server:
        from mockgateway.runtime.masquerade.authority import Authority

        authority = Authority(HOSTS)
        issued = authority.issue(HOSTS)
        (folder / "ca.pem").write_bytes(authority.certificate)
        certificate, key = folder / "certificate.pem", folder / "key.pem"
        certificate.write_bytes(issued.certificate)
        key.touch(mode=0o600)
        key.write_bytes(issued.key)
        return Server(Front(self._gateway.mock.app), listen("127.0.0.1", 0), (certificate, key)).start()

    def stop(self) -> None:
        """End: close every connection, and remove the files; without effect while it is not on."""
        if self._running is not None:
            (_, _, ending), self._running = self._running, None
            ending.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _port(url: str) -> int:
    return int(url.rpartition(":")[2])
