"""Texts for the website of a post and for the portal where visas are asked for, to copy: Markdown, per language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from channels.embassy.clerks import Clerks
from channels.embassy.kit import Kit


def website(kit: Kit, clerk: Clerks, codes: Mapping[str, str]) -> str:
    """For each language of `codes` a text for a page and a short one for a form. `clerk`: what an editor reads."""
    blocks = [f"# {clerk.website_title}", kit.post.name, clerk.website]
    for lang, code in codes.items():
        language = kit.speech.words.languages[lang]
        page, form = "\n\n".join(_page(kit, lang, code)), "\n\n".join(_form(kit, lang, code))
        for title, text in ((clerk.page, page), (clerk.form, form)):
            blocks += [f"## {language.name}: {title}", f'<div lang="{lang}" dir="{language.dir}">', text, "</div>"]
    return "\n\n".join(blocks) + "\n"


def _page(kit: Kit, lang: str, code: str) -> Iterator[str]:
    yield f"### {_said(kit, 'kit.title', lang)}"
    yield f"**{_said(kit, kit.whom, lang)}**"
    yield f"{_said(kit, 'kit.visit', lang)} <{kit.address(code)}>"
    yield f"**{_said(kit, 'kit.free', lang)}.** {_said(kit, 'kit.own_choice', lang)}"
    yield f"**{_said(kit, 'kit.computer', lang)}.** {_said(kit, 'kit.human', lang)}"
    yield f"**{_said(kit, 'kit.know', lang)}**"
    yield "\n".join(f"- {_said(kit, f'fact.{name}', lang)}" for name in kit.facts())
    if kit.differs():
        yield _said(kit, "kit.practice", lang)
    yield f"**{_said(kit, 'kit.who_sees', lang)}**"
    yield " ".join(_said(kit, "conversation.who_sees_this", lang).split("\n"))
    yield _said(kit, "kit.carries", lang)
    yield _said(kit, "kit.danger", lang)
    yield " ".join(_shown(words, lang) for words in kit.notes(lang))
    yield f"{_said(kit, 'web.sources', lang)}: {_dutch(' · '.join(kit.sources(kit.facts())), lang)}"


def _form(kit: Kit, lang: str, code: str) -> Iterator[str]:
    yield f"**{_said(kit, 'kit.title', lang)}** {_said(kit, kit.whom, lang)}."
    yield f"{_said(kit, 'kit.visit', lang)} <{kit.address(code)}>"
    yield f"{_said(kit, 'kit.free', lang)}. {_said(kit, 'kit.own_choice', lang)}"


def _said(kit: Kit, key: str, lang: str) -> str:
    return _shown(kit.say(key, lang), lang)


def _shown(words: Mapping[str, str], lang: str) -> str:
    return words["text"] if words["lang"] == lang else _dutch(words["text"], lang)


def _dutch(text: str, lang: str) -> str:
    return text if lang == "nl" else f'<span lang="nl" dir="ltr">{text}</span>'
