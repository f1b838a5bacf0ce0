"""What a batch remembers: a line a step, appended, so that a run that is killed loses nothing."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import IO, TYPE_CHECKING, Any, Self

from zimage_client._errors import BatchInUse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from zimage_client._requests import Request

_STEPS = frozenset({"submitting", "refused", "submitted", "errored", "failed", "done"})


@dataclass(frozen=True, slots=True)
class Entry:
    """The last known step of one request; "" is before the first."""

    key: str = ""
    step: str = ""
    request_id: str = ""
    error: str = ""
    files: tuple[str, ...] = ()


class State:
    """The file of one batch; one run at a time has it.

    A request is known by what it asks for, not by its place; of several that ask for the same, the first of
    a run is the first of the run before.

    Raises:
        BatchInUse: another run has it, it belongs to another gateway, or it is no such file.
    """

    def __init__(self, path: Path, gateway: str) -> None:
        self._path = path
        self._gateway = gateway
        self._lock = Lock()
        self._drawn: Counter[str] = Counter()
        self._entries: dict[str, Entry] = {}

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("a+", encoding="utf-8", errors="replace")
        try:
            _claim(self._file, self._path)
            self._load()
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def entry(self, request: Request) -> Entry:
        """Return what is known of a request; each call stands for one more that asks for the same."""
        body = json.dumps([request.model.slug, request.body()], sort_keys=True)
        asked = sha256(body.encode()).hexdigest()[:32]
        with self._lock:
            key = f"{asked}#{self._drawn[asked]}"
            self._drawn[asked] += 1
            return self._entries.pop(key, Entry(key))

    def note(self, entry: Entry) -> None:
        """Write a step down; it is in the system's hands when this returns."""
        said = {name: value for name, value in asdict(entry).items() if value}
        with self._lock:
            self._write(said)

    def _write(self, said: dict[str, Any]) -> None:
        self._file.write(json.dumps(said) + "\n")
        self._file.flush()

    def _load(self) -> None:
        self._file.seek(0)
        text = self._file.read()
        if text and not text.endswith("\n"):  # the run before was killed in the middle of a line
            self._file.write("\n")
        head, *lines = list(_objects(text)) or [{}]
        if not text:
            self._write({"zimage_batch": 1, "gateway": self._gateway})
        elif head.get("zimage_batch") != 1:
            raise BatchInUse(f"{self._path} is no state file of a batch")
        elif head.get("gateway") != self._gateway:
            raise BatchInUse(f"{self._path} belongs to the gateway {head.get('gateway')}; take another file")
        for line in lines:
            if line.get("step") in _STEPS:
                self._entries[str(line.get("key"))] = _entry(line)


def _entry(line: dict[str, Any]) -> Entry:
    files = tuple(Path(str(name)).name for name in line.get("files", ()))
    return Entry(line["key"], line["step"], line.get("request_id", ""), line.get("error", ""), files)


def _objects(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            yield found


def _claim(file: IO[str], path: Path) -> None:
    """Keep other processes out, where the system can."""
    try:
        import fcntl
    except ImportError:  # pragma: no cover - Windows
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise BatchInUse(f"{path} is in use by another run") from None
