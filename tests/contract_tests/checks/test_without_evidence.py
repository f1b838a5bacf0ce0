"""Test the reasons for having no verdict: they are true of what there was."""

import pytest
from traffic import KEYS, LEAST, Answer, other, poll, submit, transcript

from zimage_contract.checks import CHECKS
from zimage_contract.exchange import Exchange
from zimage_contract.verdict import Terms, judge

_STRANGE = Answer(
    202, {"request_id": "job-1", "status": "QUEUED", "polling_url": "http://gateway.test/job-1"}
)
_OTHER_FORM = Answer(202, {"request_id": "z-image-base_1", "status": "QUEUED"})
_CASES = [
    ("key.missing-message", submit(LEAST, Answer(401, {}), key=None), "with a message"),
    ("key.invalid-message", submit(LEAST, Answer(401, {}), key=KEYS["invalid"]), "with a message"),
    ("route.unknown-path-message", other("/nowhere", Answer(404, {})), "with a message"),
    ("route.unknown-id-error", poll("z-image-base_0", Answer(404, {})), "with an error"),
    ("route.unknown-model-slug", submit(LEAST, Answer(400, {}), path="/no/v1/no-request"), "with a message"),
    ("route.unknown-model-error", submit(LEAST, Answer(400, {}), path="/no/v1/no-request"), "with an error"),
    ("error.bad-request", submit({}, Answer(400, {})), "with an error"),
    ("submit.id-of-model", submit(LEAST, _STRANGE), "begins with a model's slug"),
    ("submit.id-shape", submit(LEAST, _STRANGE), "begins with a model's slug"),
    ("submit.id-version", submit(LEAST, _OTHER_FORM), "of the usual groups"),
    ("submit.polling-url-id", submit(LEAST, _OTHER_FORM), "and a polling_url"),
]


@pytest.mark.parametrize(("check", "exchange", "wanted"), _CASES, ids=[each[0] for each in _CASES])
def test_what_is_missed_was_not_there(check: str, exchange: Exchange, wanted: str) -> None:
    """An answer of the status that lacks the part in question is not passed over in the reason."""
    seen = transcript(exchange, submit(LEAST, Answer(418)), submit(LEAST, Answer(419)))
    (result,) = judge([each for each in CHECKS if each.id == check], seen, Terms())
    assert result.verdict == "inconclusive"
    assert wanted in result.reason
