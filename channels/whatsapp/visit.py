"""What Meta tells about one number of ours, in words: what stands, what is wrong, what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from channels.settings import now
from channels.whatsapp.errors import Reaction
from channels.whatsapp.graph import Graph, Refused, Unclear, Unreachable
from channels.whatsapp.numbers import Number
from channels.whatsapp.templates import Templates, What, compare, existing

_SCOPES = ("whatsapp_business_messaging", "whatsapp_business_management")
_SOON = timedelta(days=14)
_NO_SUCH_TOKEN = 190
_PAYMENT = (131042, 131044, 141006)
_CALLING = range(138000, 139000)  # what is wrong with telephone calls, which we do not take
_PARTS = {"PHONE_NUMBER": "the number", "WABA": "the account", "BUSINESS": "the business", "APP": "the app"}
_PAY = (
    "Add a payment method in Meta Business Suite, under Billing; above the free messages nothing arrives without one."
)


class Mark(StrEnum):
    """How a thing stands."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at. `where`: the slug of a number, or "app"; `do`: what to do about it."""

    where: str
    mark: Mark
    what: str
    do: str = ""


class Visit:
    """Everything that Meta can tell about one number."""

    def __init__(self, graph: Graph, number: Number, token: str, templates: Templates) -> None:
        self._graph, self._number, self._token, self._templates = graph, number, token, templates
        self._app = ""

    async def look(self) -> list[Line]:
        """What is refused stops only itself; without a connection or a good token nothing more can be asked."""
        lines: list[Line] = []
        checks = {
            "the access token": self._look_token,
            "the number": self._look_number,
            "whether it can send": self._look_health,
            "who is told of messages": self._look_subscription,
            "the templates": self._look_templates,
        }
        for about, check in checks.items():
            try:
                lines += await check()
            except Refused as refused:
                lines.append(self._refused(about, refused))
                if refused.code == _NO_SUCH_TOKEN:
                    break
            except (Unreachable, Unclear) as silent:
                lines.append(self._line(Mark.WRONG, str(silent), "Look at our own network and metastatus.com."))
                break
        return lines

    async def _look_token(self) -> list[Line]:
        told = _part(await self._graph.get("debug_token", self._token, input_token=self._token), "data")
        self._app = str(told.get("app_id") or "")
        if not told.get("is_valid"):
            return [self._line(Mark.WRONG, "the access token is not valid", self._new_token())]
        lines = [self._until(told.get("expires_at"))]
        lines += [
            self._line(Mark.WRONG, f"the access token lacks {scope}", self._new_token())
            for scope in _SCOPES
            if scope not in (told.get("scopes") or ())
        ]
        for grant in _rows(told, "granular_scopes"):
            only = grant.get("target_ids")
            if grant.get("scope") in _SCOPES and only and self._number.account_id not in only:
                what = f"{grant['scope']} of the access token is not for account {self._number.account_id}"
                lines.append(self._line(Mark.WRONG, what, "Give the system user this account, then a new token."))
        return lines

    def _until(self, expires: Any) -> Line:
        if not isinstance(expires, int) or expires <= 0:
            return self._line(Mark.OK, "the access token is valid and has no end")
        end = datetime.fromtimestamp(expires, UTC)
        mark = Mark.WRONG if end < now() + _SOON else Mark.NOTE
        do = "A token of a system user can have no end; make one."
        return self._line(mark, f"the access token ends on {end.date()}", do)

    async def _look_number(self) -> list[Line]:
        fields = "display_phone_number,verified_name,name_status,quality_rating,status"
        told = await self._graph.get(self._number.phone_number_id, self._token, fields=fields)
        shown, name = str(told.get("display_phone_number") or ""), str(told.get("verified_name") or "")
        lines = [self._line(Mark.OK, f"families see {name or 'no name'}, {shown}")]
        if self._number.phone and self._number.phone != "".join(filter(str.isdigit, shown)):
            what = f"phone in our file is {self._number.phone}; Meta has {shown}"
            lines.append(self._line(Mark.WRONG, what, "Correct phone in the file, or links go to somebody else."))
        if (status := told.get("status") or "CONNECTED") != "CONNECTED":
            do = "See the number in WhatsApp Manager; one that is PENDING must be registered with its PIN."
            lines.append(self._line(Mark.WRONG, f"Meta says that the number is {status}", do))
        if (quality := told.get("quality_rating")) in ("YELLOW", "RED"):
            mark = Mark.WRONG if quality == "RED" else Mark.NOTE
            do = "People block or report it. Look at what goes out after a day of silence."
            lines.append(self._line(mark, f"the quality of the number is {quality}", do))
        if (state := told.get("name_status")) not in (None, "", "APPROVED", "AVAILABLE_WITHOUT_REVIEW"):
            lines.append(self._line(Mark.NOTE, f"the name of the number is {state}", "See WhatsApp Manager."))
        return lines

    async def _look_health(self) -> list[Line]:
        told = await self._graph.get(self._number.phone_number_id, self._token, fields="health_status")
        health = _part(told, "health_status")
        entities = _rows(health, "entities")
        lines = [line for one in entities for line in self._entity(one)]
        accounts = [str(one.get("id")) for one in entities if one.get("entity_type") == "WABA"]
        if accounts and self._number.account_id not in accounts:
            what = f"the number belongs to account {accounts[0]}, not to {self._number.account_id}"
            lines.append(self._line(Mark.WRONG, what, "Correct account_id in the file."))
        overall = health.get("can_send_message")
        if overall == "AVAILABLE":
            lines.append(self._line(Mark.OK, "Meta lets it send"))
        elif not any(line.mark is not Mark.OK for line in lines):
            lines.append(self._line(Mark.NOTE, f"whether it can send is {overall or 'unknown'}"))
        return lines

    def _entity(self, one: Mapping[str, Any]) -> list[Line]:
        """What holds one part up: the number, the account, the business or the app."""
        state, kind = one.get("can_send_message"), str(one.get("entity_type"))
        kind = _PARTS.get(kind, kind)
        if state not in ("BLOCKED", "LIMITED"):
            return []
        lines = []
        for error in _rows(one, "errors"):
            code = error.get("error_code")
            if code in _CALLING:
                continue
            mark = Mark.WRONG if state == "BLOCKED" or code in _PAYMENT else Mark.NOTE
            do = _PAY if code in _PAYMENT else str(error.get("possible_solution") or "See WhatsApp Manager.")
            lines.append(self._line(mark, f"{kind}: {error.get('error_description')} ({code})", do))
        lines += [self._line(Mark.NOTE, f"{kind}: {info}") for info in one.get("additional_info") or ()]
        if state == "BLOCKED" and not lines:
            lines.append(self._line(Mark.WRONG, f"{kind}: Meta blocks it and says no reason", "See WhatsApp Manager."))
        return lines

    async def _look_subscription(self) -> list[Line]:
        told = await self._graph.get(f"{self._number.account_id}/subscribed_apps", self._token)
        apps = [_part(one, "whatsapp_business_api_data") for one in _rows(told, "data")]
        if not apps:
            do = "Subscribe the app to the account; see docs/whatsapp.md, step 8."
            return [self._line(Mark.WRONG, "Meta tells no app of messages to this account", do)]
        if self._app and self._app not in [str(app.get("id")) for app in apps]:
            names = ", ".join(str(app.get("name")) for app in apps)
            do = "Subscribe our app to the account as well."
            return [self._line(Mark.WRONG, f"only another app is told of messages: {names}", do)]
        return [self._line(Mark.OK, "our app is told of messages")]

    async def _look_templates(self) -> list[Line]:
        have = await existing(self._graph, self._number, self._token)
        differences = compare(self._templates.definitions(), have)
        lines = []
        for what in What:
            some = [one for one in differences if one.what is what]
            names = ", ".join(
                f"{one.template.name} in {one.template.lang}{f' ({one.told})' if one.told else ''}" for one in some
            )
            if some:
                mark = Mark.NOTE if what is What.WAITING else Mark.WRONG
                lines.append(self._line(mark, f"templates, {what}: {names}", _ABOUT_TEMPLATES[what]))
        if not differences:
            lines.append(self._line(Mark.OK, f"{len(self._templates.definitions())} templates are approved"))
        if untranslated := self._templates.untranslated:
            names = ", ".join(dict.fromkeys(lang for _, lang in untranslated))
            do = "Translate template.*, then thuiswijzer whatsapp templates --submit"
            lines.append(self._line(Mark.NOTE, f"templates not translated, so in Dutch: {names}", do))
        return lines

    def _refused(self, about: str, refused: Refused) -> Line:
        do = {
            Reaction.AUTH: self._new_token(),
            Reaction.MONEY: _PAY,
            Reaction.RETRY: "Try again later.",
            Reaction.SLOW: "Try again later.",
        }.get(refused.reaction, "Look at the ids in the file of this number.")
        return self._line(Mark.WRONG, f"Meta does not tell {about}: {refused.details} ({refused.code})", do)

    def _new_token(self) -> str:
        place = self._number.token_env or self._number.token_file
        return f"Make a new token for the system user, with both rights and this account, and put it in {place}."

    def _line(self, mark: Mark, what: str, do: str = "") -> Line:
        return Line(self._number.slug, mark, what, do)


_ABOUT_TEMPLATES = {
    What.MISSING: "thuiswijzer whatsapp templates --submit",
    What.TEXT: "thuiswijzer whatsapp templates --submit",
    What.CATEGORY: "It costs more so. Ask Meta for a review in WhatsApp Manager.",
    What.WAITING: "Meta looks at it; that takes up to two days.",
    What.REJECTED: "Word it otherwise, or object in WhatsApp Manager. Until then nobody gets it in this language.",
    What.PAUSED: "People blocked or reported it. Meta ends the pause; look at how often it goes out.",
    What.UNUSABLE: "See WhatsApp Manager; it may have to be made anew under another name.",
}


def _part(told: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = told.get(key)
    return part if isinstance(part, dict) else {}


def _rows(told: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    rows = told.get(key)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
