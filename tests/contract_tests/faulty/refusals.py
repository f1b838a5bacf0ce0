"""The answers of a gateway that refuses: each in the dialect of the layer that gives it."""

from collections.abc import Callable

from faulty.wire import Answer, Request, answer_json

_MISSING = (
    "Access denied due to missing subscription key. "
    "Make sure to include subscription key when making requests to an API."
)
_INVALID = (
    "Access denied due to invalid subscription key. "
    "Make sure to provide a valid key for an active subscription."
)


class Refusal(Exception):
    """A request is refused: `kind` names the method that says so, `words` are for the message."""

    def __init__(self, kind: str, words: str = "") -> None:
        super().__init__(kind)
        self.kind, self.words = kind, words


class Refusing:
    """The refusals of a gateway, a method each."""

    def refuse(self, refusal: Refusal, request: Request) -> Answer:
        """Answer a request that is refused."""
        answer: Callable[[Request, str], Answer] = getattr(self, refusal.kind.replace("-", "_"))
        return answer(request, refusal.words)

    def missing_key(self, request: Request, _words: str) -> Answer:
        """Answer without a key."""
        return self.no_entry(request, _MISSING)

    def invalid_key(self, request: Request, _words: str) -> Answer:
        """Answer to a key that is none."""
        return self.no_entry(request, _INVALID)

    def no_entry(self, request: Request, message: str) -> Answer:
        """Answer 401."""
        realm = request.origin + request.path.rpartition("/")[0]
        challenge = f'AzureApiManagementKey realm="{realm}",name="Ocp-Apim-Subscription-Key",type="header"'
        return answer_json(401, {"statusCode": 401, "message": message}, WWW_Authenticate=challenge)

    def forbidden(self, _request: Request, _words: str) -> Answer:
        """Answer 403."""
        message = "Out of call volume quota. Quota will be replenished in 2.12 days."
        return answer_json(403, {"statusCode": 403, "message": message})

    def rate_limited(self, _request: Request, _words: str) -> Answer:
        """Answer 429."""
        message = "Rate limit is exceeded. Try again in 3 seconds."
        return answer_json(429, {"statusCode": 429, "message": message}, Retry_After="3")

    def insufficient_balance(self, _request: Request, _words: str) -> Answer:
        """Answer 402."""
        message = "Your wallet does not have enough balance."
        return answer_json(402, {"error": "Insufficient Balance", "message": message})

    def bad_request(self, _request: Request, words: str) -> Answer:
        """Answer 400 to a body."""
        return answer_json(400, {"error": "Bad Request", "message": words})

    def too_large(self, _request: Request, words: str) -> Answer:
        """Answer 413."""
        return answer_json(413, {"error": "Payload Too Large", "message": words})

    def model_not_found(self, _request: Request, slug: str) -> Answer:
        """Answer 400 to a model's name."""
        message = f"Model '{slug}' not found or is disabled"
        return answer_json(400, {"error": "Model not found", "message": message})

    def request_not_found(self, _request: Request, _request_id: str) -> Answer:
        """Answer 404 to an id."""
        return answer_json(404, {"error": "Not Found", "message": "There is no such request."})

    def path_not_found(self, _request: Request, _words: str) -> Answer:
        """Answer 404 to a path."""
        return answer_json(404, {"statusCode": 404, "message": "Resource not found"})
