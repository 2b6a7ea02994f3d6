"""How a family came in: what an entry may hold, the hint in a first message, and the first words about it.

An entry is {post, gemeente, lang, topic}, each only when it is real. It is a hint: it opens nothing, answers nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from actions.content import Content
from actions.posts import Post
from channels.hearing import clean

_CODE = re.compile(r"[A-HJ-NP-Z2-9]{7}")
_GAPS = re.compile(r"[\s\-\u2010-\u2015]+")
_LONGEST = 40  # signs; whatever is longer was not typed from paper
# a word of its own at the very end: the letters of a post or a printed code, and perhaps a language
_HINT = re.compile(r"(?:^|(?<=\s))#([A-Za-z2-9]{3}|[A-Za-z2-9]{7})(?:-([A-Za-z]{2,3}))?[\s\u200e\u200f\u2066-\u2069]*$")
_NO_SUBJECT = ("human_worker", "out_of_scope")
_OFFERED = ("other_question", "person")  # beside the subjects
Meant = dict[str, Any]


def known(entry: Mapping[str, Any], content: Content, languages: Collection[str]) -> dict[str, str]:
    """What of an entry is real; everything else is dropped. A gemeente may be named or given by its code."""
    named = {key: clean(str(entry[key]))[:60] for key in ("post", "gemeente", "lang", "topic") if entry.get(key)}
    towns, name = content.municipalities, named.pop("gemeente", "")
    gemeente = (towns.get(name) or towns.find(name).sure) if name else None
    real = {
        "post": content.posts.open(named.get("post")) is not None,
        "gemeente": gemeente is not None,
        "lang": named.get("lang") in languages,
        "topic": is_subject(named.get("topic", ""), content),
    }
    told = {**named, "gemeente": gemeente.code if gemeente else ""}
    return {key: told[key] for key, is_real in real.items() if is_real}


def is_subject(topic: str, content: Content) -> bool:
    """Whether a family can begin with this."""
    return topic not in _NO_SUBJECT and f"answer.{topic}" in content.messages


def code_in(typed: str) -> str | None:
    """The printed code that somebody typed, whatever its capitals, spaces and lines; None when it can be none."""
    code = _GAPS.sub("", clean(typed)).upper() if len(typed) <= _LONGEST else ""
    return code if _CODE.fullmatch(code) else None


def hint(name: str, lang: str) -> str:
    """What stands at the end of a message that we write for a family. `name`: a printed code, or the sign of a post."""
    return f"#{name}-{lang.upper()}"


def hint_in(text: str) -> tuple[str, str, str] | None:
    """(what stands before it, name, language or "") of a text that ends in something like a hint; else None."""
    found = _HINT.search(text)
    return (text[: found.start()].rstrip(), found[1].upper(), (found[2] or "").lower()) if found else None


def first_words(key: str, entry: Mapping[str, Any], content: Content, *, ask: bool) -> list[Meant]:
    """The welcome (`key`), which says where the family comes from, and the question whether that is what it is about.

    `ask`: False for a family that has asked something already; it only hears that we know where it comes from.
    """
    question = asked(entry, content) if ask else None
    lines: list[Meant] = [{"say": key, "with": {}}]
    if gemeente := content.municipalities.get(str(entry.get("gemeente"))):
        lines.append({"say": "entry.gemeente", "with": {"gemeente": gemeente.name}})
    if question is None and (post := content.posts.open(entry.get("post"))):
        lines.append(_via(post))
    welcome: Meant = {"lines": lines} if len(lines) > 1 else {"say": key}
    return [{**welcome, "choices": []}, question] if question else [welcome]


def asked(entry: Mapping[str, Any], content: Content) -> Meant | None:
    """What a family is asked that came by a post or with a subject; None for all others."""
    post, topic = content.posts.open(entry.get("post")), str(entry.get("topic") or "")
    lines = [_via(post)] if post else []
    if topic:
        lines.append({"say": "entry.ask_topic", "with": {"subject": {"say": f"choice.topic.{topic}"}}})
    elif post:
        lines.append({"say": f"entry.ask.{post.routes[0]}", "with": {}})
    subjects = post.subjects(topic) if post else [topic]
    choices = [*(f"topic.{subject}" for subject in subjects), *_OFFERED]
    return {"lines": lines, "choices": choices} if lines else None


def in_danger(says: Collection[str], entry: Mapping[str, Any], content: Content) -> list[Meant]:
    """What is said beside the numbers (`says`: their keys) because of where the family came from."""
    found: list[Meant] = []
    if post := content.posts.open(entry.get("post")):
        islands = post.kind == "representation"
        found.append({"say": "crisis.from_islands" if islands else "crisis.from_abroad", "choices": []})
    gemeente = content.municipalities.get(str(entry.get("gemeente")))
    main = next((one for one in gemeente.doors_for("main") if one.phone), None) if gemeente else None
    if gemeente and main and "crisis.no_place_tonight" in says:
        told = {"gemeente": gemeente.name}
        call = {"say": "door.call_first_number", "with": {**told, "phone": main.phone}}
        found.append({"lines": [{"say": "entry.gemeente", "with": told}, call], "choices": []})
    return found


def _via(post: Post) -> Meant:
    return {"say": f"entry.post.{post.kind}", "with": {"place": post.place}}
