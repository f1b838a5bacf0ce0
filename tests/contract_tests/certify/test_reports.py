"""Certificates as JSON, as JUnit's XML, as a page, as a badge, and on the terminal."""

import json
import re
from datetime import date
from html.parser import HTMLParser
from importlib.resources import files
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest
from lives import (
    BY_ID,
    GOOD,
    HASTY,
    KEY,
    SCHEMA,
    START,
    callback,
    certificate,
    download,
    judged,
    poll,
    submit,
)

from zimage_contract.certificate import Certificate, KnownBreach, not_applicable
from zimage_contract.report.certificate import as_json, badge, badge_text, case_line, ending, html, junit
from zimage_schemas import KEY_HEADER, WEBHOOK_HEADER

HOSTILE = f'</pre><script>alert(1)</script> & "{KEY}" \x00\x1b[31m ]]> \ufffe'
KNOWN = (KnownBreach("happy", "poll.rhythm", "<i>soon</i>", date(9999, 1, 1)),)
HOOKED = submit(headers=(*submit().headers, (WEBHOOK_HEADER, "http://127.0.0.1:4712/done")))


def mixed() -> Certificate:
    """A certificate with every verdict, a hostile program, and a key in all places."""
    twice = (submit(), *(submit(9), poll(15, "COMPLETED")))
    with_key = download(
        16, headers=((KEY_HEADER, KEY), ("X-Other", KEY)), status=404, answer=HOSTILE.encode()
    )
    stranger = callback(4, number=0, body=HOSTILE.encode(), intent="a callback that is not the gateway's")
    return certificate(
        judged(*HASTY, output=HOSTILE, known=KNOWN),
        judged(*twice, with_key, case="poll-503", output=HOSTILE, charges=frozenset({1, 2})),
        judged(submit(), poll(6), case="stuck", ending="timed-out", exit_code=None),
        judged(*GOOD, case="job-failed"),
        judged(case="job-error", output=HOSTILE, exit_code=2),
        judged(HOOKED, poll(3), case="webhook-foreign-id", forged=(stranger,)),
        not_applicable(BY_ID["webhook"], "polling"),
        command=("python", f"{KEY}.py", "<b>"),
        stale=("happy, money.once: listed as broken (<i>), and was not: take it off",),
    )


CERTIFICATES = {
    "good": certificate(judged(*GOOD)),
    "mixed": mixed(),
    "pending": certificate(judged(*GOOD), pending=("stuck",), interrupted=True),
    "watched": certificate(judged(*GOOD, ending="watched", exit_code=None), command=()),
    "empty": certificate(),
}
FORMS = {
    "json": lambda found: json.dumps(as_json(found)),
    "html": html,
    "junit": junit,
    "badge": badge,
    "terminal": lambda found: "".join(case_line(each) for each in found.results) + ending(found),
}
REPORT_SCHEMA = json.loads(files("zimage_contract.report").joinpath("report.schema.json").read_text("utf-8"))


@pytest.fixture(params=CERTIFICATES)
def found(request: pytest.FixtureRequest) -> Certificate:
    """Each of them."""
    certificate: Certificate = CERTIFICATES[request.param]
    return certificate


@pytest.mark.parametrize("form", FORMS)
def test_no_key_stands_whole_in_any_form(found: Certificate, form: str) -> None:
    """Wherever the program has put it, and nothing that could move a cursor."""
    text = FORMS[form](found)
    assert KEY not in text
    assert not re.search("[\x00\x1b]", text)


def test_the_json_keeps_its_schema(found: Certificate) -> None:
    """The one that ships."""
    jsonschema_rs.validator_for(SCHEMA, validate_formats=True).validate(as_json(found))


def test_the_json_has_what_was_promised() -> None:
    """By name: a program that reads it can rely on that."""
    document = as_json(mixed())
    assert {"verdict", "cases"} <= document.keys()
    for case in document["cases"]:
        assert {"id", "title", "verdict", "exit_code", "seconds", "charges", "obligations"} <= case.keys()
        for each in case["obligations"]:
            assert {"id", "level", "verdict", "expected", "actual", "exchange"} <= each.keys()
            assert (each["exchange"] is None) == (each["verdict"] == "pass")
    assert [case["charges"] for case in document["cases"]][:2] == [1, 2]


def test_both_schemas_mean_the_same_by_an_exchange() -> None:
    """But that only a certificate has callbacks that are not the gateway's."""
    ours, theirs = (dict(schema["$defs"]) for schema in (SCHEMA, REPORT_SCHEMA))
    for name in ("obligation", "headers", "body"):
        assert ours[name] == theirs[name]
    assert ours["exchange"]["required"] == theirs["exchange"]["required"]


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag."""
        self.tags.append((tag, dict(attrs)))


def test_the_page_needs_nothing_else(found: Certificate) -> None:
    """No script, no picture, no font from anywhere, and every link leads to a place in it."""
    page = _Page(html(found))
    assert not {"script", "img", "link", "iframe", "object"} & {tag for tag, _ in page.tags}
    ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    links = [attributes["href"] or "" for _, attributes in page.tags if "href" in attributes]
    assert {link.removeprefix("#") for link in links} <= ids
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]


def test_the_page_says_the_verdict_first() -> None:
    """Before what is to be fixed, and that before the cases."""
    text = html(mixed())
    places = [
        text.index(word) for word in ("not certified", "What to fix first", "<h2>Cases", "What happened")
    ]
    assert places == sorted(places)


def test_the_timeline_shows_what_was_sent_and_what_is_wrong() -> None:
    """A mark for every exchange that breaks something, below it, in a lane with the obligation's name."""
    page = _Page(html(certificate(judged(*HASTY))))
    shapes = [(tag, attributes.get("class", "")) for tag, attributes in page.tags]
    assert len([each for each in shapes if each[0] == "rect"]) == len(HASTY) + 1
    assert len([kind for _, kind in shapes if kind == "cross"]) == 1
    assert len([kind for tag, kind in shapes if tag == "rect" and "wrong" in (kind or "")]) == 1
    assert [kind for _, kind in shapes if kind == "exit note"] == ["exit note"]


def test_the_timeline_shows_how_the_program_ended() -> None:
    """In red where that is what is wrong."""
    bad = judged(submit(), poll(6), case="stuck", ending="timed-out", exit_code=None)
    assert 'class="exit wrong"' in html(certificate(bad))
    assert ">stopped</text>" in html(certificate(bad))


def test_a_callback_that_is_not_the_gateways_is_drawn_as_such() -> None:
    """So that one sees who has lied."""
    assert ' forged"' in html(mixed())


def parsed(text: str) -> ET.Element:
    """Read what we have written."""
    return ET.fromstring(text)  # noqa: S314 - it is ours


def test_junit_counts_what_it_holds(found: Certificate) -> None:
    """In every suite and over all."""
    root = parsed(junit(found))
    for suite in root.iter("testsuite"):
        tests = list(suite.iter("testcase"))
        assert int(suite.attrib["tests"]) == len(tests)
        for kind, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            assert int(suite.attrib[name]) == len(list(suite.iter(kind)))
    assert int(root.attrib["failures"]) == len(list(root.iter("failure")))
    assert int(root.attrib["errors"]) == len(list(root.iter("error")))


def test_junit_has_a_test_for_each_obligation_in_each_case() -> None:
    """The case is the class; what gave no evidence is an error, what is not applicable is skipped."""
    certificate = mixed()
    root = parsed(junit(certificate))
    tests = [(each.attrib["classname"], each.attrib["name"]) for each in root.iter("testcase")]
    assert {
        (case.case.id, each.obligation.id) for case in certificate.results for each in case.obligations
    } <= {*tests}
    kinds = {
        each.attrib["classname"]: child.tag
        for each in root.iter("testcase")
        for child in each
        if each.attrib["name"] == "situation"
    }
    assert (kinds["job-error"], kinds["webhook"]) == ("error", "skipped")
    rhythm = root.find(".//testcase[@classname='happy'][@name='poll.rhythm']/skipped")
    assert rhythm is not None


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("good", "kept 1/1 cases"),
        ("mixed", "not certified 0/6"),
        ("pending", "not finished"),
        ("empty", "not certified 0/0"),
    ],
)
def test_the_badge(name: str, said: str) -> None:
    """Says it in a few words; "certified" only after all cases."""
    assert badge_text(CERTIFICATES[name]) == said
    root = parsed(badge(CERTIFICATES[name]))
    assert root.attrib["aria-label"] == f"Z-Image client: {said}"


def test_a_whole_certificate() -> None:
    """Cases that are not applicable do not count."""
    results = [judged(*GOOD), *(not_applicable(case, "polling") for case in [*BY_ID.values()][1:])]
    assert badge_text(certificate(*results)) == "certified 1/1"


def test_what_costs_money_is_to_be_fixed_first() -> None:
    """Then the other musts, then what does not count."""
    slow = judged(submit(), submit(1), poll(2), poll(3), poll(90, "COMPLETED"), download(99))
    text = ending(certificate(slow))
    places = [text.index(f" {name}") for name in ("money.once", "poll.rhythm", "poll.late")]
    assert places == sorted(places)
    assert "pays more than once" in text
    assert "Remedy" in text


def test_a_program_that_reached_nothing_is_quoted() -> None:
    """Since what it wrote says why."""
    silent = judged(output="python: can't open file 'app.py'\n", exit_code=2)
    assert "can't open file" in ending(certificate(silent))


@pytest.mark.parametrize(("width", "plain"), [(40, True), (80, False), (120, False)])
def test_lines_fit_the_terminal(width: int, plain: bool) -> None:  # noqa: FBT001 - a parameter of the table
    """But for requests, which are for copying."""
    for result in mixed().results:
        for line in case_line(result, width=max(width, 80), plain=plain).splitlines():
            assert len(line) <= max(width, 80)
            assert not plain or line.isascii()
    assert not plain or ending(mixed(), width=width, plain=True).isascii()


def test_started_is_a_time() -> None:
    """In UTC."""
    assert as_json(certificate(judged(*GOOD)))["started"].startswith("2026-09-2")
    assert START == 1_790_000_000
