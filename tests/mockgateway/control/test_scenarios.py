"""Scenarios over the control API."""

import requests

from mockgateway import MockGateway

SUBMIT = "/z-image-base/v1/z-image-base-request"
BODY = {"prompt": "p", "image_size": "square_1_1"}
SOURCE = """\
description = "Tea is served."
basis = "assumed"
good_for = "Nothing in particular."
[[rules]]
on = "submit"
[rules.answer]
dialect = "queue"
status = 418
error = "Teapot"
message = "short and stout"
"""


def call(gateway: MockGateway, method: str, path: str, **options: object) -> requests.Response:
    """Call the control API."""
    return requests.request(method, f"{gateway.url}/__mock__/{path}", timeout=10, **options)  # type: ignore[arg-type]


def submit(gateway: MockGateway, key: str) -> int:
    """Submit a job; return the status."""
    headers = {"Ocp-Apim-Subscription-Key": key}
    return requests.post(gateway.url + SUBMIT, json=BODY, headers=headers, timeout=10).status_code


def test_scenarios_are_listed_and_shown_with_their_documents() -> None:
    """Every one that ships; the document is what was read."""
    with MockGateway() as gateway:
        listed = call(gateway, "GET", "scenarios").json()["scenarios"]
        assert {"happy", "poll-503-once"} <= {each["name"] for each in listed}
        shown = call(gateway, "GET", "scenarios/poll-503-once").json()
        assert shown.items() >= next(each for each in listed if each["name"] == "poll-503-once").items()
        assert "503" in shown["source"]


def test_a_scenario_can_be_put_used_and_taken_back() -> None:
    """As TOML or as JSON; what stood under the name before shows again."""
    with MockGateway() as gateway:
        for body in ({"data": SOURCE}, {"json": {"source": SOURCE}}):
            assert call(gateway, "PUT", "scenarios/tea", **body).json()["source"] == SOURCE
            assert submit(gateway, "mock-tea-1") == 418
            assert call(gateway, "DELETE", "scenarios/tea").status_code == 204
            assert submit(gateway, "mock-tea-1") == 202


def test_a_bad_scenario_is_refused_with_line_and_reason() -> None:
    """And nothing of it is kept."""
    with MockGateway() as gateway:
        refused = call(gateway, "PUT", "scenarios/bad", data='description = "x"\nbasis = ???')
        assert refused.status_code == 400
        assert "line 2" in refused.json()["detail"]
        for body in ({"json": []}, {"json": {"source": 1}}, {"data": b"\xff"}):
            assert call(gateway, "PUT", "scenarios/bad", **body).status_code == 400
        assert call(gateway, "PUT", "scenarios/Bad%20name", data=SOURCE).status_code == 400
        assert call(gateway, "GET", "scenarios/bad").status_code == 404
        assert call(gateway, "DELETE", "scenarios/bad").status_code == 404
        assert call(gateway, "DELETE", "scenarios/happy").status_code == 404
