"""Makes the neighbours of tests importable: the faulty gateways, the programs, and what tests share."""

import importlib.util
import sys
from pathlib import Path

_HERE = Path(__file__).parent


def _make_importable(name: str, path: Path) -> None:
    # In importlib mode a test module cannot import its neighbour.
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])


_make_importable("schema_strategies", _HERE.parent / "schemas" / "strategies.py")
_make_importable("faulty", _HERE / "faulty" / "__init__.py")
_make_importable("support", _HERE / "support.py")
_make_importable("programs_faults", _HERE / "programs" / "faults.py")
_make_importable("programs_running", _HERE / "programs" / "running.py")
