"""The ways Meta says no: code, title and status of the answer, as in its table of error codes."""

from __future__ import annotations

from typing import Any

from aiohttp import web

_TITLES = {
    4: "API Too Many Calls",
    10: "Permission Denied",
    100: "Invalid parameter",
    190: "Invalid OAuth access token",
    80007: "Rate limit issues",
    130429: "Rate limit hit",
    130472: "User's number is part of an experiment",
    131000: "Something went wrong",
    131005: "Access denied",
    131008: "Required parameter is missing",
    131009: "Parameter value is not valid",
    131021: "Recipient cannot be sender",
    131026: "Message undeliverable",
    131031: "Business account locked",
    131042: "Business eligibility payment issue",
    131047: "Re-engagement message",
    131048: "Spam rate limit hit",
    131049: "This message was not delivered to maintain healthy ecosystem engagement.",
    131056: "(Business Account, Consumer Account) pair rate limit hit",
    131062: "Business-scoped user id is not supported for this message",
    132000: "Template param count mismatch",
    132001: "Template does not exist",
    132015: "Template is paused",
    132016: "Template is disabled",
    133010: "Phone number not registered",
}
_STATUS = {
    401: (0, 190),
    403: (10, *range(200, 300), 368, 131005, 131031),
    404: (132001,),
    429: (4, 80007, 130429, 131048, 131056),
    500: (3, 131000, 131016, 131045),
    503: (2, 131057, 133004),
}
_BY_CODE = {code: status for status, codes in _STATUS.items() for code in codes}


class Refusal(Exception):
    """Meta does not do it. `details` goes into error_data; `subcode` into the answer where the real one has one."""

    def __init__(self, code: int, details: str, subcode: int = 0) -> None:
        super().__init__(f"{code}: {details}")
        self.code, self.details, self.subcode = code, details, subcode

    @property
    def status(self) -> int:
        """The HTTP status that goes with the code."""
        return _BY_CODE.get(self.code, 400)

    def answer(self) -> web.Response:
        """The answer to a call."""
        error: dict[str, Any] = {
            "message": f"(#{self.code}) {_title(self.code)}",
            "type": "OAuthException",
            "code": self.code,
            "error_data": {"messaging_product": "whatsapp", "details": self.details},
            "fbtrace_id": "AfakeTrace",
        }
        if self.subcode:
            error["error_subcode"] = self.subcode
        return web.json_response({"error": error}, status=self.status)


def told_later(code: int) -> dict[str, Any]:
    """The same error as one of `errors` in a webhook."""
    title = _title(code)
    details = f"{title}: what was accepted was not delivered"
    return {"code": code, "title": title, "message": title, "error_data": {"details": details}, "href": "/error-codes"}


def _title(code: int) -> str:
    return _TITLES.get(code, "An error occurred")
