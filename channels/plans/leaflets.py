"""Two sheets beside the plan: for the person who takes the family in, and for the child."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.plans.telling import Telling

# which facts each part tells stands in data/messages/plan_page.yml
Part = dict[str, Any]
_HOST = ("before", "benefit", "allowances", "pension", "costs")


def for_host(_sheet: Mapping[str, Any], telling: Telling) -> dict[str, Any]:
    """What can change for who takes a family in; the same for every family, so that nothing of it is told."""
    facts = {name: telling.facts(telling.grounds(f"sheet.host.{name}")) for name in _HOST}
    parts: list[Part] = [{"title": telling.say(f"sheet.host.{name}"), "facts": told} for name, told in facts.items()]
    texts = [fact["text"]["text"] for told in facts.values() for fact in told]
    return _leaflet("host", "sheet.host_intro", parts, texts, telling)


def for_child(sheet: Mapping[str, Any], telling: Telling) -> dict[str, Any]:
    """What a child of eight to twelve may know about the subjects of this plan."""
    keys = {key: f"sheet.{key}" for key in sheet["child"] if telling.has(key) and telling.has(f"sheet.{key}")}
    parts: list[Part] = [{"title": telling.say(title), "text": telling.say(key)} for key, title in keys.items()]
    return _leaflet("child", "conversation.child_title", parts, [], telling)


def _leaflet(name: str, intro: str, parts: list[Part], texts: list[str], telling: Telling) -> dict[str, Any]:
    told = {"title": telling.say(f"sheet.{name}_title"), "intro": telling.say(intro), "draft": telling.draft()}
    dutch_too = telling.say("system.not_translated") if telling.dutch_too else None
    return {**told, "parts": parts, "terms": telling.terms(texts), "dutch_too": dutch_too}
