"""Our account at Meta: numbers, token and templates; each can be put out of order by a test."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import Any

from tests.whatsapp.graph_server.refusals import Refusal

MESSAGING, MANAGEMENT = "whatsapp_business_messaging", "whatsapp_business_management"
APP = "634974688087057"
_BUSINESS = "506914307656634"
_ids = itertools.count(1689556908129832)


@dataclass
class Number:
    """One number of ours. Its words are Meta's, such as quality "GREEN", status "CONNECTED".

    `health`: what is wrong with an entity ("PHONE_NUMBER", "WABA", "BUSINESS", "APP"): LIMITED or BLOCKED, and why.
    """

    id: str
    waba: str
    display: str
    name: str
    quality: str = "GREEN"
    status: str = "CONNECTED"
    verification: str = "VERIFIED"
    health: dict[str, tuple[str, str]] = field(default_factory=dict)

    def head(self) -> dict[str, Any]:
        """The first part of the value of every webhook about this number."""
        metadata = {"display_phone_number": self.display, "phone_number_id": self.id}
        return {"messaging_product": "whatsapp", "metadata": metadata}

    def refuse_sending(self) -> None:
        """Raises Refusal when this number may not send."""
        if self.status in ("BANNED", "RESTRICTED", "FLAGGED"):
            raise Refusal(131031, "The account has been restricted or disabled")
        if self.status != "CONNECTED":
            raise Refusal(133010, "The phone number is not registered on the Whatsapp Business Platform")

    def fields(self, wanted: str) -> dict[str, Any]:
        """The node itself, with these fields. Raises Refusal."""
        known = {
            "display_phone_number": f"+{self.display}",
            "verified_name": self.name,
            "quality_rating": self.quality,
            "status": self.status,
            "code_verification_status": self.verification,
            "name_status": "APPROVED",
            "account_mode": "LIVE",
            "platform_type": "CLOUD_API",
            "messaging_limit_tier": "TIER_250",
            "throughput": {"level": "STANDARD"},
            "health_status": self._health(),
        }
        names = [name for name in wanted.split(",") if name and name != "id"] or list(known)[:3]
        for name in names:
            if name not in known:
                raise Refusal(100, f"Tried accessing nonexisting field ({name})")
        return {**{name: known[name] for name in names}, "id": self.id}

    def _health(self) -> dict[str, Any]:
        ids = {"PHONE_NUMBER": self.id, "WABA": self.waba, "BUSINESS": _BUSINESS, "APP": APP}
        entities = []
        for kind, node in ids.items():
            state, why = self.health.get(kind, ("AVAILABLE", ""))
            told: dict[str, Any] = {"entity_type": kind, "id": node, "can_send_message": state}
            if state == "LIMITED":
                told["additional_info"] = [why]
            if state == "BLOCKED":
                told["errors"] = [
                    {"error_code": 141006, "error_description": why, "possible_solution": "See its page."}
                ]
            entities.append(told)
        states = {entity["can_send_message"] for entity in entities}
        overall = next((state for state in ("BLOCKED", "LIMITED") if state in states), "AVAILABLE")
        return {"can_send_message": overall, "entities": entities}


@dataclass
class Token:
    """An access token. `expires_at`: seconds since 1970, 0 for never."""

    valid: bool = True
    expires_at: int = 0
    scopes: tuple[str, ...] = (MANAGEMENT, MESSAGING)

    def works(self, now: float) -> bool:
        """Whether a call with it is looked at."""
        return self.valid and not 0 < self.expires_at <= now

    def debugged(self, now: float, accounts: list[str]) -> dict[str, Any]:
        """What /debug_token tells."""
        told: dict[str, Any] = {"app_id": APP, "type": "SYSTEM_USER", "application": "Thuiswijzer"}
        told |= {"data_access_expires_at": 0, "expires_at": self.expires_at, "is_valid": self.works(now)}
        told |= {"issued_at": 1760000000, "scopes": list(self.scopes), "user_id": "122100000000000001"}
        told["granular_scopes"] = [{"scope": scope, "target_ids": accounts} for scope in self.scopes]
        if not told["is_valid"]:
            told["error"] = {"code": 190, "message": "Error validating access token", "subcode": 463}
        return {"data": told}


@dataclass
class Template:
    """One template in one language. `status`: APPROVED, PENDING, REJECTED, PAUSED or DISABLED."""

    name: str
    language: str
    components: list[dict[str, Any]]
    category: str = "UTILITY"
    status: str = "APPROVED"
    reason: str = "NONE"
    id: str = field(default_factory=lambda: str(next(_ids)))

    @property
    def places(self) -> int:
        """How many values its text wants."""
        body = next((str(part.get("text")) for part in self.components if part["type"].upper() == "BODY"), "")
        return len(set(re.findall(r"{{\d+}}", body)))

    def fields(self) -> dict[str, Any]:
        """As Meta tells it."""
        told = {"name": self.name, "components": self.components, "language": self.language, "status": self.status}
        return {**told, "category": self.category, "rejected_reason": self.reason, "id": self.id}


@dataclass
class Templates:
    """The templates of one account. `verdict`: the status that a new or changed one gets at once."""

    all: list[Template] = field(default_factory=list)
    verdict: str = "PENDING"

    def usable(self, name: str, language: str) -> Template:
        """The one to send. Raises Refusal."""
        found = self.find(name, language)
        if found and found.status in ("PAUSED", "DISABLED"):
            raise Refusal(132015 if found.status == "PAUSED" else 132016, f"template {name} is {found.status}")
        if not found or found.status != "APPROVED":
            raise Refusal(132001, f"template name ({name}) does not exist in {language}")
        return found

    def find(self, name: str, language: str) -> Template | None:
        """The one with this name and language, in whatever state."""
        return next((one for one in self.all if (one.name, one.language) == (name, language)), None)

    def page(self, wanted: dict[str, str]) -> dict[str, Any]:
        """One page of the list, as GET message_templates gives it."""
        matching = [one for one in self.all if all(wanted.get(key, told) == told for key, told in _filters(one))]
        start = next((at for at, one in enumerate(matching, 1) if one.id == wanted.get("after")), 0)
        shown = matching[start : start + int(wanted.get("limit", 25))]
        told: dict[str, Any] = {"data": [one.fields() for one in shown]}
        if shown:
            told["paging"] = {"cursors": {"before": shown[0].id, "after": shown[-1].id}}
            if shown[-1] is not matching[-1]:
                told["paging"]["next"] = f"https://graph.invalid/message_templates?after={shown[-1].id}"
        return told

    def add(self, told: dict[str, Any]) -> dict[str, Any]:
        """Register one. Raises Refusal."""
        name, language, category = (str(told.get(key, "")) for key in ("name", "language", "category"))
        if not re.fullmatch(r"[a-z0-9_]{1,512}", name) or category not in ("UTILITY", "MARKETING", "AUTHENTICATION"):
            raise Refusal(100, f"name '{name}' or category '{category}' is not valid")
        if self.find(name, language):
            raise Refusal(100, f"There is already {language} content for this template", subcode=2388024)
        template = Template(name, language, _components(told), category, self.verdict)
        self.all.append(template)
        return {"id": template.id, "status": template.status, "category": category}

    def change(self, id_: str, told: dict[str, Any]) -> dict[str, Any] | None:
        """Give one another text, which is looked at anew; None when there is none with this id. Raises Refusal."""
        template = next((one for one in self.all if one.id == id_), None)
        if template is None:
            return None
        template.components, template.status, template.reason = _components(told), self.verdict, "NONE"
        return {"success": True, "id": id_, "name": template.name, "category": template.category}


def _filters(one: Template) -> tuple[tuple[str, str], ...]:
    return (("name", one.name), ("language", one.language), ("status", one.status), ("category", one.category))


def _components(told: dict[str, Any]) -> list[dict[str, Any]]:
    components = [part for part in told.get("components") or () if isinstance(part, dict) and part.get("type")]
    bodies = [part.get("text") for part in components if part["type"].upper() == "BODY"]
    if len(bodies) != 1 or not isinstance(bodies[0], str) or not 0 < len(bodies[0]) <= 1024:
        raise Refusal(100, "components must have one BODY with 1 to 1024 characters")
    for part in components:
        for button in part.get("buttons", ()):
            if not 0 < len(str(button.get("text", ""))) <= 25:
                raise Refusal(100, "the text of a button has 1 to 25 characters")
    return components
