"""The certificate as JSON, on the disk from the first verdict on, so that a killed run loses none."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import mkstemp
from time import time
from typing import Any

from zimage_contract.certificate import Certificate
from zimage_contract.commands.files import Files
from zimage_contract.report.certificate import as_json


class Journal:
    """Keeps the certificate as far as it has come.

    Where `--json` names no ordinary file, it is a file of its own in the folder for temporary ones.
    """

    def __init__(self, files: Files) -> None:
        named = files.names.get("json", "-")
        path = Path(named)
        own = named == "-" or (path.exists() and not path.is_file())
        if own:
            descriptor, name = mkstemp(prefix="zimage-certificate-", suffix=".json")
            os.close(descriptor)
            path = Path(name)
        self.path = path.resolve()
        self.text = ""
        self._own = own

    @property
    def told(self) -> str:
        """Say where verdicts are kept."""
        return f"verdicts are kept as they are reached, in {self.path}"

    def begin(self, pending: Iterable[str], more: Mapping[str, Any] | None = None) -> None:
        """Write that nothing is judged yet, so that an older certificate is not taken for this one."""
        self.keep(Certificate(command=(), results=(), started=time(), pending=tuple(pending)), more)

    def keep(self, certificate: Certificate, more: Mapping[str, Any] | None = None) -> bool:
        """Write the certificate in the place of what was there; `more` are further members.

        Returns:
            Whether that is all that `--json` asked for.
        """
        document = {**as_json(certificate), **(more or {})}
        self.text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        try:
            self._replace()
        except OSError:  # a full disk must not end what has been begun; the end says so
            return False
        return not self._own

    def _replace(self) -> None:
        beside = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        try:
            beside.write_text(self.text, "utf-8")
            if self.path.exists():
                beside.chmod(self.path.stat().st_mode & 0o777)
            beside.replace(self.path)
        except PermissionError:  # the folder is not ours, the file is
            self.path.write_text(self.text, "utf-8")
        finally:
            beside.unlink(missing_ok=True)
