"""The targets: what was asked for, what was measured, and whether that is enough."""

from typing import Any

OURS = "mockgateway"


def judge(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the targets that can be judged from what was measured."""
    return [target for target in (*_beside_peers(document), _growth(document)) if target]


def _target(what: str, wanted: str, got: float, *, met: bool) -> dict[str, Any]:
    return {"what": what, "wanted": wanted, "got": round(got, 3), "met": met}


def _beside_peers(document: dict[str, Any]) -> list[dict[str, Any] | None]:
    ours, peers = _medians(document, "ours").get(OURS), _medians(document, "peer")
    if not ours or not peers:
        return []
    wiremocks = {name: figures for name, figures in peers.items() if name.startswith("wiremock")}
    return [
        *(_times("submits", 2, ours, name, figures) for name, figures in wiremocks.items()),
        *(_times("polls", 3, ours, name, figures) for name, figures in wiremocks.items()),
        _half("start", "start to first 202", "the fastest peer's", ours, peers),
        _half("memory", "resident memory (PSS) after load", "the leanest peer's", ours, peers),
    ]


def _medians(document: dict[str, Any], kind: str) -> dict[str, dict[str, float]]:
    """Return the medians of all of a kind whose every answer was right."""
    return {
        name: entry["medians"]
        for name, entry in document["contenders"].items()
        if entry["kind"] == kind and not entry["medians"]["wrong"]
    }


def _times(
    figure: str, factor: float, ours: dict[str, float], name: str, peer: dict[str, float]
) -> dict[str, Any]:
    ratio = ours[figure] / peer[figure]
    return _target(f"{figure}/s beside {name}", f"at least {factor} times", ratio, met=ratio >= factor)


def _half(
    figure: str, what: str, whose: str, ours: dict[str, float], peers: dict[str, dict[str, float]]
) -> dict[str, Any]:
    best = min(peers, key=lambda name: peers[name][figure])
    ratio = ours[figure] / peers[best][figure]
    return _target(f"{what} beside {best}", f"at most half of {whose}", ratio, met=ratio <= 1 / 2)


def _growth(document: dict[str, Any]) -> dict[str, Any] | None:
    growth = document["growth"]
    if "0" not in growth or "1000000" not in growth:
        return None
    ratio = growth["1000000"]["medians"]["polls"] / growth["0"]["medians"]["polls"]
    return _target("polls/s with 1M jobs beside none", "at least 0.9", ratio, met=ratio >= 9 / 10)
