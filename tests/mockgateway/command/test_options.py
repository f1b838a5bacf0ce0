"""Every option is an environment variable and a key of mockgateway.toml, too."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from mockgateway import Settings
from mockgateway.cli import commands

SERVE: Any = commands.commands["serve"]
OPTIONS = {param.name: param for param in SERVE.params if param.name not in {"config", "help"}}
SAMPLES = {"cors": ["http://a.test", "http://b.test", "http://c.test"]}
OF_A_TYPE = {
    click.types.IntParamType: ["11", "12", "13"],
    click.types.FloatParamType: ["1.25", "2.25", "3.25"],
    click.types.BoolParamType: ["true", "false", "true"],
    click.types.ParamType: ["a", "b", "c"],
}


def samples(option: Any) -> list[str]:
    """Return three values that the option takes, each unlike the one before it."""
    if option.name in SAMPLES:
        return SAMPLES[option.name]
    if isinstance(option.type, click.Choice):
        choices = list(option.type.choices)
        return [choices[-1], choices[0], choices[-1]]
    if isinstance(option.type, click.Path) and option.type.dir_okay:
        for name in ("a", "b", "c"):
            Path(name).mkdir(exist_ok=True)
        return ["a", "b", "c"]
    if isinstance(option.type, click.Path):
        for name in ("a.pem", "b.pem", "c.pem"):
            Path(name).touch()
        return ["a.pem", "b.pem", "c.pem"]
    return next(values for kind, values in OF_A_TYPE.items() if isinstance(option.type, kind))


@pytest.fixture
def parsed(
    command: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[Any, click.core.ParameterSource | None]]:
    """Read one option from where it is said; return its value and which of the places counted."""
    assert command  # which cleans the environment

    def parse(option: Any, *, file: str = "", environment: str = "", words: str = "") -> tuple[Any, Any]:
        spelt = option.opts[0]
        content = f"{spelt[2:]} = {file if option.is_flag else json.dumps(file)}\n" if file else ""
        (folder / "mockgateway.toml").write_text(content)
        if environment:
            monkeypatch.setenv(f"MOCKGATEWAY_{option.name.upper()}", environment)
        else:
            monkeypatch.delenv(f"MOCKGATEWAY_{option.name.upper()}", raising=False)
        said = [spelt] if option.is_flag else [f"{spelt}={words}"]
        with SERVE.make_context("serve", said if words else []) as context:
            return context.params[option.name], context.get_parameter_source(option.name)

    return parse


@pytest.mark.parametrize("name", OPTIONS)
def test_precedence(parsed: Callable[..., Any], name: str) -> None:
    """The command line comes before the environment, that before the file, that before the default."""
    option = OPTIONS[name]
    first, second, third = samples(option)
    source = click.core.ParameterSource
    default, said_by = parsed(option)
    assert said_by is source.DEFAULT
    from_file, said_by = parsed(option, file=first)
    assert said_by is source.DEFAULT_MAP
    assert from_file != default
    from_environment, said_by = parsed(option, file=first, environment=second)
    assert said_by is source.ENVIRONMENT
    assert from_environment != from_file
    from_words, said_by = parsed(option, file=first, environment=second, words=third)
    assert said_by is source.COMMANDLINE
    assert from_words != from_environment


@pytest.mark.parametrize("name", OPTIONS)
def test_same_everywhere(parsed: Callable[..., Any], name: str) -> None:
    """A value means the same wherever it is said."""
    option = OPTIONS[name]
    first = samples(option)[0]
    values = [parsed(option, **{place: first})[0] for place in ("words", "environment", "file")]
    assert values[0] == values[1] == values[2]
    assert type(values[0]) is type(values[1]) is type(values[2])


def test_every_setting_is_an_option() -> None:
    """Whatever a mock in a test may be told, the command may be told, by the same name and default."""
    with SERVE.make_context("serve", []) as context:
        for field in dataclasses.fields(Settings):
            assert field.name in OPTIONS
            default = context.params[field.name]
            assert default == field.default or float(default) == field.default


def test_every_option_has_help() -> None:
    """Every option says what it does in one sentence."""
    for option in SERVE.params:
        assert option.help.endswith(".") or option.help.endswith(")."), option.name


def test_underscores_in_the_file(parsed: Callable[..., Any], folder: Path) -> None:
    """A key of the file may be spelt with underscores as well; lists and numbers are taken as such."""
    assert parsed
    (folder / "mockgateway.toml").write_text(
        'queue_time = 1.5\nkeys = ["one-key", "two-key"]\nseed = 7\nquiet = true\n'
    )
    with SERVE.make_context("serve", []) as context:
        chosen = {name: context.params[name] for name in ("queue_time", "keys", "seed", "quiet")}
    assert chosen == {
        "queue_time": "1.5",
        "keys": frozenset({"one-key", "two-key"}),
        "seed": 7,
        "quiet": True,
    }


def test_another_configuration(folder: Path, command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """--config, and its variable, name a file to read in place of mockgateway.toml."""
    assert command
    (folder / "mockgateway.toml").write_text("port = 1111")
    (folder / "other.toml").write_text("port = 2222")
    with SERVE.make_context("serve", ["--config", "other.toml"]) as context:
        assert context.params["port"] == 2222
    monkeypatch.setenv("MOCKGATEWAY_CONFIG", "other.toml")
    with SERVE.make_context("serve", []) as context:
        assert context.params["port"] == 2222


def test_file_of_keys(serve: Callable[..., Any], folder: Path) -> None:
    """Keys may stand in a file, one a line, with comments; others are invalid then."""
    (folder / "keys.txt").write_text("# of the tests\nkey-of-the-tests-0001  # ours\n\n")
    client = serve("--keys", "keys.txt").client
    assert client.submit().status == 202
    client.key = "another-key"
    assert client.submit().status == 401


def test_from_the_environment(serve: Callable[..., Any], folder: Path) -> None:
    """A mock in a container needs no command line and no file."""
    serving = serve(MOCKGATEWAY_QUEUE_TIME="0", MOCKGATEWAY_PROCESSING_TIME="0", MOCKGATEWAY_STORE="jobs.db")
    assert serving.client.job()["status"] == "COMPLETED"
    assert (folder / "jobs.db").exists()
