"""Makes the neighbour importable."""

import importlib.util
import sys
from pathlib import Path

_PATH = Path(__file__).with_name("reports.py")

if "reports" not in sys.modules:  # in importlib mode a test module cannot import its neighbour
    _spec = importlib.util.spec_from_file_location("reports", _PATH)
    assert _spec is not None
    assert _spec.loader is not None
    sys.modules["reports"] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["reports"])
