"""The package's one public door."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import zimage_schemas

PACKAGE = Path(zimage_schemas.__file__).parent


def run(code: str, *path: str) -> str:
    """Run code in a fresh interpreter and return what it prints."""
    code = f"import sys; sys.path[:0] = {list(path)!r}\n{code}"
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


def test_all_is_complete() -> None:
    """`__all__` has every public name of the package, once each, and each exists."""
    public = {
        name
        for name, value in vars(zimage_schemas).items()
        if name[0] not in "_@" and getattr(value, "__name__", "") != f"zimage_schemas.{name}"
    }
    assert set(zimage_schemas.__all__) == public
    assert len(set(zimage_schemas.__all__)) == len(zimage_schemas.__all__)


def test_all_is_sorted() -> None:
    """`__all__` is in the order that ruff keeps: constants, classes, functions."""
    names = zimage_schemas.__all__
    assert names == sorted(names, key=lambda each: (not each.isupper(), each.islower(), each))


def test_what_is_behind_the_door_is_private() -> None:
    """Every module but the command that writes the table begins with an underscore."""
    assert {path.stem for path in PACKAGE.glob("*.py") if not path.stem.startswith("_")} == {"rules_table"}


def test_importing_loads_no_validator() -> None:
    """Whoever reads models and constants does not pay for jsonschema, referencing or hypothesis."""
    code = "import zimage_schemas; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = set(run(code).split())
    assert "zimage_schemas" in loaded
    assert not loaded & {"jsonschema", "jsonschema_rs", "referencing", "hypothesis", "mockgateway"}


def test_the_package_works_from_a_zip(tmp_path: Path) -> None:
    """The files are read through importlib.resources, not from a folder that may not be there."""
    archive = tmp_path / "zimage.zip"
    with zipfile.ZipFile(archive, "w") as made:
        for path in PACKAGE.rglob("*.*"):
            if path.suffix in {".py", ".json"}:
                made.write(path, path.relative_to(PACKAGE.parent))
    code = (
        "import zimage_schemas as z; print(z.__file__);"
        "print(all(bool(e.breaks) != z.document(e.document).is_valid(e.instance) for e in z.examples()))"
    )
    where, held = run(code, str(archive)).split()
    assert where.startswith(str(archive))
    assert held == "True"


@pytest.mark.parametrize("origin", [zimage_schemas.LIVE_ORIGIN, zimage_schemas.MEDIA_ORIGIN])
def test_an_origin_is_scheme_and_host(origin: str) -> None:
    """An origin has no path, so that paths can be joined to it."""
    parts = urlsplit(origin)
    assert origin == f"https://{parts.netloc}"


def test_paths_name_their_parts() -> None:
    """The path templates are filled by name."""
    status = zimage_schemas.STATUS_PATH.format(request_id="z-image-base_1")
    media = zimage_schemas.MEDIA_PATH.format(request_id="z-image-base_1", name="output.png")
    assert status == "/v2/requests/status/z-image-base_1"
    assert media == "/v1/z-image-base_1/output.png"


def test_paths_are_those_of_the_documented_samples() -> None:
    """The origins and the path templates agree with the URLs in the provider's samples."""
    samples = [each.instance for each in zimage_schemas.examples() if "/documentation: Resp" in each.name]
    polling = [each["polling_url"] for each in samples if "polling_url" in each]
    media = [url for each in samples if each.get("output") for url in each["output"]["media_url"]]
    assert len(polling) == len(media) == 2
    prefix = zimage_schemas.LIVE_ORIGIN + zimage_schemas.STATUS_PATH.partition("{")[0]
    assert all(url.startswith(prefix) for url in polling)
    prefix = zimage_schemas.MEDIA_ORIGIN + zimage_schemas.MEDIA_PATH.partition("{")[0]
    assert all(url.startswith(prefix) for url in media)


def test_lists_come_from_the_schemas() -> None:
    """The public lists are those that the schemas judge by."""
    assert zimage_schemas.IMAGE_SIZES == (
        "portrait_3_4",
        "landscape_4_3",
        "square_1_1",
        "portrait_9_16",
        "landscape_16_9",
    )
    assert zimage_schemas.OUTPUT_FORMATS == ("png", "jpeg", "webp")
    assert zimage_schemas.STATUSES == ("QUEUED", "PROCESSING", "COMPLETED", "FAILED", "ERROR")
    assert zimage_schemas.FINAL_STATUSES == ("COMPLETED", "FAILED", "ERROR")
    assert zimage_schemas.BASES == ("documented", "observed", "platform", "assumed")
