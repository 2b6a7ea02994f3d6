"""POST /desk/api/translate: a worker reads what a family wrote, or checks what it will read. There when it is on."""

from __future__ import annotations

from aiohttp import web
from sqlalchemy import Connection

from channels.desk.cases import SEES, find_case, may_read, me
from channels.desk.refusals import body_of, refuse, text_of
from channels.desk.sitting import require, session_of
from channels.desk.translating import NoTranslation, Translator, UnknownLanguage
from channels.handoff.casework import Office
from channels.handoff.working import LONGEST
from channels.hearing import clean
from channels.storage import audit, consents, conversations
from channels.storage.cases import Case
from channels.storage.store import Store

_LARGEST = 32 * 1024
_DUTCH = "nl"


class Interpreter:
    """The handler. The case is looked up and the reading noted before anything is sent to the service."""

    def __init__(self, store: Store, office: Office, translator: Translator) -> None:
        self._store, self._office, self._translator = store, office, translator

    def add_to(self, app: web.Application) -> None:
        """The route."""
        app.router.add_post("/api/translate", self.translate)

    @require(*SEES)
    async def translate(self, request: web.Request) -> web.Response:
        """{code, text, to: family|dutch, lang?} → {text, back, source, target, notice}.

        `lang`: in which language a family wrote, when that is not the one of the talk now. `back` and `notice` only
        for what a family will read: the translation once more in Dutch, and the line that stands between the
        translation and the original. 404 without this case; 400 for a language that cannot be; 503: not now.
        """
        body = await body_of(request, _LARGEST)
        code, text = text_of(request, body, "code", 40), clean(text_of(request, body, "text", LONGEST))
        to, lang = body.get("to"), body.get("lang")
        known = self._office.speech.words.languages
        if not text or to not in ("family", "dutch") or not (lang is None or (isinstance(lang, str) and lang in known)):
            raise refuse(request, 400, "body")

        def begin(connection: Connection) -> tuple[str, str]:
            case, speaks = self._look(request, connection, code)
            source, target = (_DUTCH, speaks) if to == "family" else (lang or speaks, _DUTCH)
            if source == target:
                raise refuse(request, 400, "same_language")
            actor, detail = me(session_of(request)).actor, {"source": source, "target": target}
            audit.append(connection, actor, "case.translate", case.code, case.org, detail)
            return source, target

        source, target = await self._store.write(begin)
        try:
            translated = await self._translator.translate(text, source, target)
            back = await self._translator.translate(translated, target, source) if to == "family" else None
        except UnknownLanguage:
            raise refuse(request, 400, "unknown_language") from None
        except NoTranslation:
            raise refuse(request, 503, "no_translation") from None
        notice = self._office.speech.line("handoff.machine_translated", target) if to == "family" else None
        told = {"text": translated, "back": back, "source": source, "target": target, "notice": notice}
        return web.json_response(told)

    @staticmethod
    def _look(request: web.Request, connection: Connection, code: str) -> tuple[Case, str]:
        """The case, when this worker may read it, and the language of its talk now. Raises a refusal (404)."""
        case = find_case(request, connection, code)
        talk = conversations.get(connection, case.conversation)
        if talk is None or not may_read(request, case) or not consents.stands(connection, case.id):
            raise refuse(request, 404, "not_found")
        return case, talk.lang
