"""docs/pytest.md and docs/ci.md, held against the plugin and the commands."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from zimage_contract.commands.verify import verify_command

pytest_plugins = ["pytester"]

DOCS = Path(__file__).parents[3] / "docs"
PYTEST, CI = ((DOCS / name).read_text("utf-8") for name in ("pytest.md", "ci.md"))
WORKFLOW = (DOCS / "ci" / "verify-gateway.yml").read_text("utf-8")


def blocks(text: str, language: str) -> list[str]:
    """The blocks of a document in one language."""
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def gateway_options(pytester: pytest.Pytester) -> set[str]:
    """The options that the plugin adds to pytest."""
    shown = pytester.runpytest("-p", "no:asyncio", "--help").stdout.str()
    return set(re.findall(r"^  (--gateway-[a-z-]+)", shown, re.MULTILINE))


def command_options() -> set[str]:
    """The options of `zimage-contract verify`."""
    return {name for option in verify_command.params for name in option.opts if name.startswith("--")}


@pytest.mark.parametrize("example", [block for block in blocks(PYTEST, "python") if "def test_" in block])
def test_an_example_of_a_test_passes(pytester: pytest.Pytester, example: str) -> None:
    """As it stands, and in the strictest of suites."""
    pytester.makepyfile(example)
    ended = pytester.runpytest("-p", "no:asyncio", "-p", "no:anyio", "-W", "error", "--strict-markers")
    ended.assert_outcomes(passed=example.count("def test_"))


def test_every_option_of_the_plugin_is_documented(pytester: pytest.Pytester) -> None:
    """And no other."""
    table = set(re.findall(r"^\| `(--gateway-[a-z-]+)", PYTEST, re.MULTILINE))
    assert table == gateway_options(pytester)


def test_the_plugin_has_the_options_of_the_command(pytester: pytest.Pytester) -> None:
    """All that say how to verify; pytest has ways of its own to choose tests and to write reports."""
    ours = {option.replace("--gateway-", "--") for option in gateway_options(pytester)}
    renamed = {"--key": "--api-key", "--key-for": "--key", "--url": None, "--live": None}
    of_pytest = {"--only", "--skip", "--json", "--junit", "--html", "--har"}
    assert {renamed.get(each, each) for each in ours} - {None} == command_options() - of_pytest


@pytest.mark.parametrize("text", [PYTEST, CI, WORKFLOW], ids=["pytest.md", "ci.md", "verify-gateway.yml"])
def test_every_option_in_an_example_exists(pytester: pytest.Pytester, text: str) -> None:
    """On the command, or in the plugin."""
    commands = re.findall(r"zimage-contract verify(?:.*\\\n)*.*", text)
    given = {option for line in commands for option in re.findall(r"(?<!\w)--[a-z][a-z-]+", line)}
    assert given - command_options() - gateway_options(pytester) == set()
    assert set(re.findall(r"--gateway-[a-z-]+(?<!-)", text)) <= gateway_options(pytester)


@pytest.mark.parametrize("example", [*blocks(CI, "yaml"), WORKFLOW])
def test_an_example_for_a_ci_system_is_sound(example: str) -> None:
    """It is YAML, and its scripts are what a shell can read."""
    found = yaml.safe_load(example)
    scripts = [text for text in texts(found) if "zimage" in text or "mockgateway" in text]
    assert scripts
    for script in scripts:
        subprocess.run(["bash", "-n", "-c", re.sub(r"\$\{\{.*?\}\}", "x", script)], check=True)


def texts(found: object) -> list[str]:
    """All strings within."""
    if isinstance(found, dict):
        return [text for each in found.values() for text in texts(each)]
    if isinstance(found, list):
        return [text for each in found for text in texts(each)]
    return [found] if isinstance(found, str) else []


def test_callers_of_the_workflow_give_what_it_takes() -> None:
    """Its inputs and secrets, by name."""
    taken = yaml.safe_load(WORKFLOW)[True]["workflow_call"]  # YAML 1.1 reads "on" as true
    for job in yaml.safe_load(blocks(CI, "yaml")[0])["jobs"].values():
        assert set(job["with"]) <= set(taken["inputs"])
        assert set(job.get("secrets", {})) <= set(taken["secrets"])


def test_nothing_from_outside_is_written_into_a_script() -> None:
    """It comes by the environment: a branch's name is not a command."""
    steps = yaml.safe_load(WORKFLOW)["jobs"]["verify"]["steps"]
    assert not [step for step in steps if "${{" in step.get("run", "")]


def test_the_list_of_known_failures_is_read(tmp_path: Path) -> None:
    """By the command."""
    (example,) = blocks(CI, "toml")
    assert tomllib.loads(example)
    (tmp_path / "known.toml").write_text(example, "utf-8")
    line = [f"--known-failing={tmp_path / 'known.toml'}", "mock"]
    asked = verify_command.make_context("verify", line).params
    assert [each.check for each in asked["known_failing"]] == ["submit.status-202"]
