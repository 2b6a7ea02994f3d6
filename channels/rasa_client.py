"""One way to the bot: one POST, one timeout, one error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp


class BotUnavailable(Exception):
    """The bot did not answer in time, answered with an error, or (`empty`) answered with nothing."""

    def __init__(self, reason: str, *, empty: bool = False) -> None:
        super().__init__(reason)
        self.empty = empty


@dataclass(frozen=True, slots=True)
class Parsed:
    """What the bot understood of one text."""

    intent: str
    ranking: tuple[tuple[str, float], ...]
    entities: tuple[dict[str, Any], ...]


class RasaClient:
    """Talks to one Rasa on loopback. `session` belongs to the caller."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str, timeout: float) -> None:
        self._session, self._url = session, url.rstrip("/")
        self._params = {"token": token} if token else {}
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    async def say(self, sender: str, message: str, metadata: dict[str, Any]) -> list[dict[str, Any]]:
        """Send one message; the answer is the bot's `custom` payloads. Raises BotUnavailable, also on an empty answer.

        Rasa answers 200 with an empty list when an action crashed, so nothing is never an answer.
        """
        body = {"sender": sender, "message": message, "metadata": metadata}
        answer = await self._call("POST", "/webhooks/rest/webhook", body)
        payloads = [row["custom"] for row in answer if isinstance(row, dict) and isinstance(row.get("custom"), dict)]
        if not payloads:
            raise BotUnavailable("the bot gave an empty answer", empty=True)
        return payloads

    async def new_session(self, sender: str) -> None:
        """Begin a new session with the slots carried over: the bot replays every event since the last one."""
        await self._call("POST", "/webhooks/rest/webhook", {"sender": sender, "message": "/session_start"})

    async def answered(self, sender: str, inbox_id: int) -> list[dict[str, Any]] | None:
        """The bot's answer to this inbox id if it gave one before; None when it never answered it."""
        path = f"/conversations/{quote(sender)}/tracker?include_events=ALL"
        tracker = await self._call("GET", path)
        payloads: list[dict[str, Any]] | None = None
        for happened in tracker.get("events") or ():
            if happened.get("event") == "user":
                mine = (happened.get("metadata") or {}).get("inbox_id") == inbox_id
                payloads = [] if mine else payloads
                if payloads and not mine:
                    break
            elif happened.get("event") == "bot" and payloads is not None:
                custom = (happened.get("data") or {}).get("custom")
                payloads += [custom] if isinstance(custom, dict) else []
        return payloads or None

    async def understand(self, text: str, metadata: dict[str, Any]) -> Parsed:
        """What this text means, without any conversation. Raises BotUnavailable."""
        answer = await self._call("POST", "/model/parse", {"text": text, "metadata": metadata})
        ranking = tuple((row["name"], float(row["confidence"])) for row in answer.get("intent_ranking", ()))
        return Parsed(answer["intent"]["name"] or "", ranking, tuple(answer.get("entities", ())))

    async def ready(self) -> bool:
        """Whether a model is loaded and answers."""
        try:
            status = await self._call("GET", "/status")
        except BotUnavailable:
            return False
        return bool(status.get("model_file"))

    async def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        try:
            async with self._session.request(
                method, self._url + path, json=body, params=self._params, timeout=self._timeout
            ) as response:
                if response.status != 200:
                    raise BotUnavailable(f"the bot answered with status {response.status}")
                return await response.json()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise BotUnavailable(f"{type(error).__name__}: {error}") from error
