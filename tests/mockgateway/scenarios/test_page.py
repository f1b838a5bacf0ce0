"""The page about scenarios, and their list in the command."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from mockgateway import BadSetting, MockGateway
from mockgateway.domain.change import CHANGES
from mockgateway.domain.dialect import _BODIES
from mockgateway.domain.rule import _EFFECTS
from mockgateway.domain.scenario import BadScenario, Scenario
from mockgateway.scenarios import ScenarioBook, page, shipped, shipped_names

PAGE = Path(__file__).parents[3] / "docs" / "scenarios.md"
BAD = 'description = "d"\nbasis = "assumed"\ngood_for = "g"\n\n[[rules]]\non = "statsu"\n'


def command(*words: str) -> subprocess.CompletedProcess[str]:
    """Run `mockgateway` to its end."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("mockgateway")), *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_page_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    """docs/scenarios.md is what `python -m mockgateway.scenarios.page` prints."""
    runpy.run_path(page.__file__, run_name="__main__")
    assert capsys.readouterr().out == PAGE.read_text("utf-8")


def test_the_page_has_a_line_for_every_scenario_and_every_key() -> None:
    """Nobody has to read the code to write one."""
    text = PAGE.read_text("utf-8")
    for name in shipped_names():
        assert f"| `{name}` | {shipped(name).description} |" in text
    for key in {*_EFFECTS, *CHANGES, *_BODIES, "accepted", "within", "state"}:
        assert re.search(rf"`[^`]*\b{key}\b[^`]*`", text), key


def test_the_scenario_of_the_page_can_be_used() -> None:
    """It is read as it stands there."""
    (text,) = re.findall(r"SCENARIO = \"\"\"\n(.*?)\"\"\"", PAGE.read_text("utf-8"), re.DOTALL)
    assert len(Scenario.parse("no-cats", text).rules) == 3


def test_the_list_names_all_with_basis_and_use() -> None:
    """One line each, in order, under a heading."""
    ended = command("scenarios")
    head, *lines = ended.stdout.splitlines()
    assert (ended.returncode, head.split()) == (0, ["NAME", "BASIS", "GOOD", "FOR"])
    assert [line.split()[0] for line in lines] == ScenarioBook().names()
    for line in lines:
        name, basis, use = line.split(maxsplit=2)
        assert (basis, use) == (shipped(name).basis, shipped(name).good_for)


def test_show_prints_what_can_be_copied(tmp_path: Path) -> None:
    """The TOML as it is; of one's own too."""
    assert command("scenarios", "show", "stuck").stdout == shipped("stuck").source
    (tmp_path / "mine.toml").write_text(shipped("stuck").source)
    shown = command("scenarios", "--scenarios", str(tmp_path), "show", "mine")
    assert (shown.returncode, shown.stdout) == (0, shipped("stuck").source)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["scenarios", "show", "stock"], "there is no scenario 'stock'; did you mean stuck?"),
        (["scenarios", "--scenarios", "{bad}"], "mine.toml: line 6: on must name"),
        (["serve", "--port", "0", "--scenarios", "{bad}"], "mine.toml: line 6: on must name"),
        (["serve", "--port", "0", "--scenario", "stock"], "scenario: there is no scenario 'stock'"),
        (["serve", "--port", "0", "--scenarios", "{bad}/none"], "does not exist"),
    ],
)
def test_what_cannot_be_used_is_said_in_a_line(tmp_path: Path, words: list[str], says: str) -> None:
    """Exit 2, with the line and the reason."""
    (tmp_path / "mine.toml").write_text(BAD)
    ended = command(*(word.replace("{bad}", str(tmp_path)) for word in words))
    assert ended.returncode == 2
    assert says in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_mock_in_a_test_takes_them_too(tmp_path: Path) -> None:
    """A default by name, and a folder; what cannot be used is an error."""
    with MockGateway(scenario="stuck") as gateway:
        assert gateway.account("any").scenario == "stuck"
        assert gateway.account("mock-fast-1").scenario == "fast"
    with pytest.raises(BadSetting, match="did you mean stuck"):
        MockGateway(scenario="stock").start()
    with pytest.raises(BadSetting, match="none cannot be read"):
        MockGateway(scenarios=tmp_path / "none").start()
    (tmp_path / "mine.toml").write_text(BAD)
    with pytest.raises(BadScenario, match="line 6"):
        MockGateway(scenarios=str(tmp_path)).start()
