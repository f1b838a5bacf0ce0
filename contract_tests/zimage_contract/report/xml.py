"""Elements of XML, whatever characters are put into them."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML 1.0


def element(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    """Add an element; what XML cannot hold is replaced."""
    found = ET.SubElement(parent, tag, {name: _clean(value) for name, value in attributes.items()})
    found.text = _clean(text) or None
    return found


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("�", text)
