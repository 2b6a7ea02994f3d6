"""The part of Chatwoot's Application API that we use, one method per call. Every call has five seconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp

from channels.handoff.organisations import Chatwoot as Config

_TIMEOUT = aiohttp.ClientTimeout(total=5)
_NEVER = frozenset({400, 413, 415, 422})


class Unavailable(Exception):
    """Chatwoot did not do it now; later it may."""


class Refused(Unavailable):
    """Chatwoot will never do exactly this."""


class Gone(Unavailable):
    """What this is about is no longer there."""


class Api:
    """Calls for one account. Raises Unavailable, Refused or Gone."""

    def __init__(self, session: aiohttp.ClientSession, config: Config, token: str) -> None:
        self._session, self._inbox = session, config.inbox
        self._base = f"{config.url}/api/v1/accounts/{config.account}"
        self._headers = {"api_access_token": token}

    async def contact(self, identifier: str) -> dict[str, Any] | None:
        """The contact with exactly this identifier."""
        found = _payload(await self._call("GET", "/contacts/search", params={"q": identifier}))
        return next((one for one in found if one.get("identifier") == identifier), None)

    async def create_contact(self, identifier: str, name: str) -> dict[str, Any]:
        """A new contact, under our identifier."""
        given = {"inbox_id": self._inbox, "identifier": identifier, "name": name}
        made = _payload(await self._call("POST", "/contacts", given))
        return {**made["contact"], "contact_inboxes": [{**made["contact_inbox"]}] if made.get("contact_inbox") else []}

    async def source_of(self, contact: Mapping[str, Any]) -> str:
        """Under which id our inbox knows this contact."""
        for one in contact.get("contact_inboxes") or ():
            if (one.get("inbox") or {}).get("id", self._inbox) == self._inbox:
                return str(one["source_id"])
        path = f"/contacts/{contact['id']}/contact_inboxes"
        return str((await self._call("POST", path, {"inbox_id": self._inbox}))["source_id"])

    async def delete_contact(self, contact: int) -> None:
        """With all its conversations; one that is gone already is fine."""
        try:
            await self._call("DELETE", f"/contacts/{contact}")
        except Gone:
            return

    async def conversations_of(self, contact: int) -> list[dict[str, Any]]:
        """The conversations of a contact in our inbox."""
        found = _payload(await self._call("GET", f"/contacts/{contact}/conversations"))
        return [one for one in found if one.get("inbox_id") == self._inbox]

    async def create_conversation(self, contact: int, source: str, attributes: Mapping[str, Any]) -> int:
        """A new open conversation; gives its number."""
        given = {"source_id": source, "inbox_id": self._inbox, "contact_id": contact, "status": "open"}
        return int((await self._call("POST", "/conversations", {**given, "custom_attributes": attributes}))["id"])

    async def conversation(self, number: int) -> dict[str, Any]:
        """One conversation, with its status and who has it."""
        return dict(await self._call("GET", f"/conversations/{number}"))

    async def set_attributes(self, number: int, attributes: Mapping[str, Any]) -> None:
        """All of them; what is not named goes."""
        await self._call("POST", f"/conversations/{number}/custom_attributes", {"custom_attributes": attributes})

    async def set_status(self, number: int, status: str) -> None:
        """open or resolved."""
        await self._call("POST", f"/conversations/{number}/toggle_status", {"status": status})

    async def messages(self, number: int, after: int) -> list[dict[str, Any]]:
        """Up to a hundred messages after this one, in order."""
        path = f"/conversations/{number}/messages"
        found = _payload(await self._call("GET", path, params={"after": str(after)}))
        return sorted((one for one in found if one["id"] > after), key=lambda one: int(one["id"]))

    async def has(self, number: int, external_id: str) -> bool:
        """Whether a message of ours arrived before."""
        last = 0
        while page := await self.messages(number, last):
            if any((one.get("content_attributes") or {}).get("external_id") == external_id for one in page):
                return True
            last = page[-1]["id"]
        return False

    async def say(self, number: int, external_id: str, content: str, *, note: bool) -> None:
        """What the family wrote, or a private note. Never anything that goes out to a family."""
        kind = {"message_type": "outgoing", "private": True} if note else {"message_type": "incoming", "private": False}
        given = {**kind, "content": content, "content_attributes": {"external_id": external_id}}
        await self._call("POST", f"/conversations/{number}/messages", given)

    async def _call(self, method: str, path: str, body: Any = None, params: Mapping[str, str] | None = None) -> Any:
        try:
            async with self._session.request(
                method,
                f"{self._base}{path}",
                json=body,
                params=params,
                headers=self._headers,
                timeout=_TIMEOUT,
                allow_redirects=False,
            ) as response:
                if response.status == 404:
                    raise Gone(f"{method} {path}: 404")
                if response.status in _NEVER:
                    raise Refused(f"{method} {path}: {response.status}")
                if response.status >= 300:
                    raise Unavailable(f"{method} {path}: {response.status}")
                return await response.json() if await response.read() else {}
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise Unavailable(f"{method} {path}: {type(error).__name__}") from error


def _payload(told: Any) -> Any:
    return told.get("payload", told) if isinstance(told, dict) else told
