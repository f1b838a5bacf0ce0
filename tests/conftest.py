"""Makes modules that tests share importable: in importlib mode a test module cannot import its neighbour."""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

_HERE = Path(__file__).parent
_SHARED = {
    "client_support": "client/support.py",
    "command_support": "client/command_support.py",
    "direct_line": "contract_tests/generated/direct_line.py",
    "faulty": "contract_tests/faulty/__init__.py",
    "lives": "contract_tests/certify/lives.py",
    "masquerade_support": "mockgateway/masquerade/support.py",
    "mock_support": "mockgateway/support.py",
    "programs_faults": "contract_tests/programs/faults.py",
    "programs_judged": "contract_tests/programs/judged.py",
    "programs_page": "contract_tests/programs/page.py",
    "programs_running": "contract_tests/programs/running.py",
    "reports": "contract_tests/report/reports.py",
    "rude_server": "contract_tests/probe/rude_server.py",
    "running": "contract_tests/command/running.py",
    "schema_strategies": "schemas/strategies.py",
    "support": "contract_tests/support.py",
    "traffic": "contract_tests/checks/traffic.py",
}


class _Shared:
    """Finds what is shared, by name."""

    @staticmethod
    def find_spec(
        name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where a module is; None when it is not one of these."""
        return spec_from_file_location(name, _HERE / _SHARED[name]) if name in _SHARED else None


sys.meta_path.append(_Shared)
