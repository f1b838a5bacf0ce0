"""What went wrong, in the control API's dialect: RFC 9457 problem details."""

import json
from http import HTTPStatus

from mockgateway.web.wire import Answer, Headers


class Problem(Exception):
    """A call of the control API that cannot be done; `detail` says what to do instead."""

    def __init__(self, status: int, detail: str, headers: Headers | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or []

    def answer(self) -> Answer:
        """Make the answer."""
        body = {"title": HTTPStatus(self.status).phrase, "status": self.status, "detail": self.detail}
        kind = ("Content-Type", "application/problem+json")
        return Answer(self.status, json.dumps(body).encode(), [kind, *self.headers])
