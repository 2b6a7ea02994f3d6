"""The part of Meta's Graph API that we use, over one session. Tokens and bodies are never written to a log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from channels.whatsapp.errors import NO_CODE, Reaction, react
from channels.whatsapp.numbers import Number

# connecting is given up well before the whole, so that "not sent" and "perhaps sent" stay apart
_TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5)
_WAITS = "held_for_quality_assessment"


class Refused(Exception):
    """Meta answered with an error. `code` and `details` are Meta's; `reaction`: what to do about it."""

    def __init__(self, code: int, http: int, details: str) -> None:
        super().__init__(f"Meta answered {http} with code {code}")
        self.code, self.http, self.details = code, http, details
        self.reaction: Reaction = react(code, http)


class Unclear(Exception):
    """The call went out and no answer came that tells whether Meta took it."""


class Unreachable(Exception):
    """No connection could be made: Meta has certainly not got it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Meta took the message under this id. `waits`: a template that Meta looks at before it goes on."""

    wamid: str
    waits: bool


def address(number: Number, *, bsuid: str = "", phone: str = "") -> dict[str, str]:
    """The part of a payload that says to whom; the id goes before the phone. Raises ValueError when both are empty."""
    if bsuid:
        return {number.ids_in: bsuid}
    if phone:
        return {"to": phone}
    raise ValueError("a message needs somebody to go to")


class Graph:
    """Calls to one version of the Graph API. `session` belongs to the caller.

    Every call raises Refused, Unclear or Unreachable.
    """

    def __init__(self, session: aiohttp.ClientSession, url: str, version: str) -> None:
        self._session, self._base = session, f"{url.rstrip('/')}/{version}"

    async def send(self, number: Number, token: str, payload: Mapping[str, Any]) -> Sent:
        """Send one message: `payload` holds an address, a type and what belongs to that type."""
        answer = await self.post(f"{number.phone_number_id}/messages", token, {**_OURS, **payload})
        messages = answer.get("messages")
        first = messages[0] if isinstance(messages, list) and messages and isinstance(messages[0], dict) else {}
        wamid = first.get("id")
        if not isinstance(wamid, str) or not wamid:
            raise Unclear("Meta took something and gave no id")
        return Sent(wamid, first.get("message_status") == _WAITS)

    async def read(self, number: Number, token: str, wamid: str, *, typing: bool) -> None:
        """Show the family that its message is read and, with `typing`, that an answer is coming (25 s at most)."""
        body: dict[str, Any] = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
        if typing:
            body["typing_indicator"] = {"type": "text"}
        await self.post(f"{number.phone_number_id}/messages", token, body)

    async def get(self, path: str, token: str, **params: str) -> dict[str, Any]:
        """What stands at `path`, such as "<id>/message_templates"."""
        return await self._call("GET", path, token, params=params)

    async def post(self, path: str, token: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Do something at `path`; gives Meta's answer."""
        return await self._call("POST", path, token, json=body)

    async def _call(self, method: str, path: str, token: str, **told: Any) -> dict[str, Any]:
        try:
            async with self._session.request(
                method,
                f"{self._base}/{path}",
                headers={"Authorization": f"Bearer {token}"},
                timeout=_TIMEOUT,
                allow_redirects=False,  # the token goes to nobody else
                **told,
            ) as response:
                http, raw = response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Unreachable(f"no connection with Meta: {type(error).__name__}") from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unclear(f"no answer of Meta: {type(error).__name__}") from None
        answer = _object(raw)
        if http < 300 and "error" not in answer:
            return answer
        raise _refusal(answer.get("error"), http, token)


_OURS = {"messaging_product": "whatsapp", "recipient_type": "individual"}


def _object(raw: bytes) -> dict[str, Any]:
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _refusal(error: Any, http: int, token: str) -> Refused | Unclear:
    """From `code` and `error_data.details`; an answer of something between us and Meta may hide that Meta took it."""
    told: dict[str, Any] = error if isinstance(error, dict) else {}
    code = told.get("code")
    if not isinstance(code, int):
        if http >= 500:
            return Unclear(f"something before Meta answered {http}")
        code = NO_CODE
    data = told.get("error_data")
    details = data.get("details") if isinstance(data, dict) else None
    words = str(details or told.get("message") or "")
    return Refused(code, http, words.replace(token, "…"))  # "Malformed access token", and then the token itself
