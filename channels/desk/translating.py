"""A translation service that an organisation runs or hires. Without one, nothing that anybody wrote goes to any."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Protocol

import aiohttp

from channels.handoff import numbers
from channels.hearing import clean
from channels.settings import Settings

log = logging.getLogger(__name__)
_PATIENCE = 8.0  # seconds for one text
_KEPT = 500  # translations
_NEVER: frozenset[numbers.Kind] = frozenset({"bsn", "iban", "document"})
# how LibreTranslate words its 400 for a language, or a pair of them, that it has no model for
_UNKNOWN = ("is not supported", "is not available as a target language")


class NoTranslation(Exception):
    """There is no translation now: the service is away, slow, full, or answers what nobody can read."""


class UnknownLanguage(Exception):
    """The service does not know one of the two languages."""


class Translator(Protocol):
    """Anything that translates."""

    async def translate(self, text: str, source: str, target: str) -> str:
        """The text in another language; languages as in locales/languages.yml.

        Raises NoTranslation or UnknownLanguage.
        """


class LibreTranslate:
    """The HTTP API of LibreTranslate. Numbers that must not travel are left out here, before anything is sent."""

    def __init__(
        self, session: aiohttp.ClientSession, url: str, key: str = "", *, patience: float = _PATIENCE, kept: int = _KEPT
    ) -> None:
        self._session, self._url, self._key, self._patience = session, f"{url}/translate", key, patience
        self._cache: OrderedDict[tuple[str, str, str], str] = OrderedDict()
        self._most = kept

    async def translate(self, text: str, source: str, target: str) -> str:
        """See Translator. What was asked lately is not asked again."""
        wanted = (numbers.without(text, _NEVER), source, target)
        if wanted not in self._cache:
            self._cache[wanted] = await self._ask(*wanted)
        self._cache.move_to_end(wanted)
        while len(self._cache) > self._most:
            self._cache.popitem(last=False)
        return self._cache[wanted]

    async def _ask(self, text: str, source: str, target: str) -> str:
        body = {"q": text, "source": source, "target": target, "format": "text"}
        if self._key:
            body["api_key"] = self._key
        try:
            # no redirects: these words go to the address that was configured, and to no other
            async with (
                asyncio.timeout(self._patience),
                self._session.post(self._url, json=body, allow_redirects=False) as response,
            ):
                status, told = response.status, await response.json(content_type=None)
        except (aiohttp.ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError
            raise _none(type(error).__name__) from None
        translated = told.get("translatedText") if isinstance(told, Mapping) else None
        if status == 400 and _says_unknown(told):
            raise UnknownLanguage
        if status != 200 or not isinstance(translated, str) or not (words := clean(translated)):
            raise _none(f"status {status}")
        return words


def translator_of(settings: Settings, session: aiohttp.ClientSession) -> Translator | None:
    """The service that this house uses; None when it uses none."""
    return LibreTranslate(session, settings.translator, settings.translator_key) if settings.translator else None


def _says_unknown(told: Any) -> bool:
    error = told.get("error") if isinstance(told, Mapping) else None
    return isinstance(error, str) and any(words in error for words in _UNKNOWN)


def _none(why: str) -> NoTranslation:
    """For the log only what kind of thing went wrong: an error of the service may repeat what was sent."""
    log.warning("the translation service gave no translation (%s)", why)
    return NoTranslation()
