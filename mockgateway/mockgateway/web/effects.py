"""What the rules of a scenario do to an answer on its way out."""

from mockgateway.domain.effect import Effect
from mockgateway.domain.gateway import Gateway
from mockgateway.web.recorder import MANNER, RULE
from mockgateway.web.wire import Answer, Call

_UNAUTHORIZED = 401
_NOTHING = Answer(200, b"")


def affected(gateway: Gateway, effect: Effect | None, call: Call, answer: Answer = _NOTHING) -> Answer:
    """Return the answer that goes out, and leave word of its rule, and of how it travels."""
    if effect is None:
        return answer
    status, headers, body = effect.apply(answer.status, answer.headers, answer.body, gateway.chance)
    if effect.answer and status == _UNAUTHORIZED:
        headers = [*headers, ("WWW-Authenticate", call.challenge())]
    call.environ[RULE] = effect.label
    if manner := effect.manner(gateway.chance):
        call.environ[MANNER] = manner
    return Answer(status, body, headers)


def precedes(effect: Effect | None) -> bool:
    """Say whether what happens to a call happens before anybody looks whether it is valid."""
    if effect is None or effect.accepts:
        return False
    return effect.answer is None or effect.answer.dialect != "queue"
