"""The package's public door."""

import ast
import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest

import zimage_client
import zimage_schemas
from zimage_client import _errors, testing

PACKAGE = Path(zimage_client.__file__).parent


@pytest.mark.parametrize("module", [zimage_client, testing])
def test_all_is_sorted(module: object) -> None:
    """Constants, classes, functions."""
    names: list[str] = module.__all__  # type: ignore[attr-defined]
    assert names == sorted(set(names), key=lambda each: (not each.isupper(), each.islower(), each))


def test_all_is_complete() -> None:
    """`__all__` has every public name of the package, and each exists."""
    public = {
        name
        for name, value in vars(zimage_client).items()
        if name[0] not in "_@" and getattr(value, "__name__", "") != f"zimage_client.{name}"
    }
    assert set(zimage_client.__all__) == public


def test_what_is_behind_the_door_is_private() -> None:
    """But for the command, and what tests of others need."""
    public = {path.stem for path in PACKAGE.iterdir() if not path.name.startswith("_")}
    assert public == {"cli", "py", "testing", "transport"}  # py.typed


def test_the_tree_of_errors_is_as_drawn() -> None:
    """Every class, below its parent."""
    drawn = []
    above: list[str] = []
    for line in (_errors.__doc__ or "").splitlines():
        name = line.lstrip("│├└─ ").split(" ")[0]
        if name.isidentifier() and line[:1] in "│├└ Z" and name[:1].isupper():
            depth = 0 if name == "ZImageError" else (2 if line[0] in "│ " else 1)
            above[depth:] = [name]
            drawn.append((name, above[depth - 1] if depth else "Exception"))
    classes = [
        value for _, value in inspect.getmembers(_errors, inspect.isclass) if issubclass(value, Exception)
    ]
    assert sorted(drawn) == sorted((each.__name__, each.__base__.__name__) for each in classes)
    assert {each.__name__ for each in classes} <= set(zimage_client.__all__)


def test_every_error_has_a_group() -> None:
    """What the caller can do next."""
    leaves = [
        each
        for each in vars(_errors).values()
        if inspect.isclass(each) and issubclass(each, zimage_client.ZImageError)
    ]
    assert {each.group for each in leaves} == {"", "fix", "pay", "wait", "retry", "give up"}


def test_importing_is_light() -> None:
    """No network library, no validator, no terminal, and never the mock."""
    code = "import zimage_client, sys; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = set(
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True
        ).stdout.split()
    )
    assert not loaded & {"requests", "urllib3", "jsonschema", "rich", "click", "mockgateway", "flask"}


def test_the_command_loads_rich_only_on_a_terminal() -> None:
    """Scripts do not pay for it."""
    code = "import zimage_client.cli, sys; print('rich' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert said == "False\n"


def test_it_imports_only_what_it_may() -> None:
    """Besides the standard library: requests, the schemas, and click and rich in the command."""
    foreign: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in (
                {each.partition(".")[0] for each in names} - sys.stdlib_module_names - {"zimage_client"}
            ):
                foreign.setdefault(name, set()).add(path.parent.name)
    assert foreign.keys() == {"requests", "urllib3", "zimage_schemas", "click", "rich"}
    assert foreign["click"] == foreign["rich"] == {"cli"}


def test_the_api_is_typed_as_it_is_used() -> None:
    """Mypy accepts the file of examples, strictly."""
    pytest.importorskip("mypy")
    example = Path(__file__).with_name("typed_use.py")
    mypy = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--config-file", "", str(example)]
    roots = {str(Path(each.__file__).parents[1]) for each in (zimage_client, zimage_schemas)}
    path = os.pathsep.join(root for root in roots if "site-packages" not in root)
    environment = {**os.environ, "MYPYPATH": path}
    ended = subprocess.run(mypy, capture_output=True, text=True, check=False, env=environment)
    assert ended.stdout + ended.stderr == ""
