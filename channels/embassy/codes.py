"""Printed codes: made once per post, language and subject, and withdrawn when a sheet must no longer work."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

from actions.content import Content
from channels.entries import code_in, is_subject
from channels.settings import Settings
from channels.storage import entries
from channels.storage.migrate import upgrade
from channels.storage.store import Store
from channels.words import Words

T = TypeVar("T")


async def codes_for(
    settings: Settings, content: Content, words: Words, post: str, langs: Iterable[str], topic: str = ""
) -> dict[str, str]:
    """Language → its code for this post and subject ("" for none); a code that stands is given again.

    Raises ValueError, in one sentence, for what is unknown or switched off.
    """
    wanted = list(langs)
    if post not in content.posts:
        raise ValueError(f"'{post}' is no post; use one of {', '.join(content.posts)}.")
    if not content.posts[post].entry:
        raise ValueError(f"'{post}' is switched off: entry stands on false in data/posts/{post}.yml.")
    for lang in wanted:
        if lang not in words.offered():
            raise ValueError(f"'{lang}' is no language here; use one of {', '.join(words.offered())}.")
    if topic and not is_subject(topic, content):
        raise ValueError(f"'{topic}' is no subject; see data/intents.yml.")

    def make(connection: Any) -> dict[str, str]:
        return {lang: entries.make(connection, post, lang, topic) for lang in wanted}

    return await _written(settings, make)


async def revoke(settings: Settings, typed: str) -> bool:
    """Withdraw a code, however it was typed; False when it did not stand. Raises ValueError for what is no code."""
    if (code := code_in(typed)) is None:
        raise ValueError(f"'{typed}' is no code; a code has 7 letters and digits, such as 7F3K9QX.")
    return await _written(settings, partial(entries.revoke, code=code))


async def told(settings: Settings, content: Content) -> list[str]:
    """Lines about every post: its codes with their visits of today and of all days that are kept, and what is off."""
    codes, hits = await _written(settings, lambda connection: (entries.listed(connection), entries.hits(connection)))
    lines, today = [], settings.today()

    def visits(name: str) -> str:
        days = hits.get(name, {})
        newest = max(days, default=None)
        return f"today {days.get(today, 0)}, total {sum(days.values())}, last {newest or '-'}"

    for slug in dict.fromkeys([*content.posts, *(code.post for code in codes)]):
        post = content.posts.get(slug)
        state = "" if post and post.entry else "  (off)" if post else "  (no such post any more)"
        lines.append(f"{slug}{state}  /e/{slug}  {visits(slug)}")
        for code in (code for code in codes if code.post == slug):
            gone = f"  revoked {code.revoked_at.date()}" if code.revoked_at else ""
            lines.append(f"  {code.code}  {code.lang:<3}  {code.topic or '-'}  {visits(code.code)}{gone}")
    return lines


async def _written(settings: Settings, work: Callable[[Any], T]) -> T:
    upgrade(settings.database_url)
    store = Store(settings.database_url)
    try:
        return await store.write(work)
    finally:
        store.close()
