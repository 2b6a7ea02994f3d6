"""At the desk: which sentences fit this family, one card at a time, and a first letter. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from actions.dialogue.knowledge import Knowledge
from actions.dialogue.talk import Payload, Talk
from actions.eligibility.situation import Situation, known
from actions.handoff import tagged
from actions.letters import Letter, letter

MOST = 8  # with "more" and a person this is the longest list that a channel shows
_NEXT = 2
_REFUSED = ("refused_oral", "refused_written")


def _refused(s: Situation) -> bool:
    return s.asked_gemeente in _REFUSED


def _because(reason: str) -> Callable[[Situation], bool]:
    return lambda s: _refused(s) and s.refusal_reason in (None, reason)


def _homeless(s: Situation) -> bool:
    return s.home_left is True or s.sleeping_tonight in ("street", "car", "family_unsafe", "hotel", "shelter")


def _children(s: Situation) -> bool:
    return s.children is True or (known(s.children_count) and s.children_count > 0)


def _violence(s: Situation) -> bool:
    return s.away_reason == "violence" or s.unsafe_person is True or s.other_parent == "violence"


def _amsterdam(s: Situation) -> bool:
    return known(s.town) and s.town.casefold() in ("gm0363", "amsterdam")


def _before_judge(s: Situation) -> bool:
    return s.eviction_stage in ("pressure", "notice", "summons")


# Card → does this family need it? In the order in which they come: danger to the children, tonight, what was refused,
# the home, letters, the rest. What nobody told about is offered under "more".
_FITS: tuple[tuple[str, Callable[[Situation], bool]], ...] = (
    ("veilig_thuis_threat", lambda s: s.threatened_with_child_removal is True),
    ("children_without_parent", lambda s: s.threatened_with_child_removal is True or s.child_taken is True),
    (
        "emergency_tonight",
        lambda s: s.sleeping_tonight in ("street", "car", "family_unsafe") and s.children is not False,
    ),
    ("bailiff", lambda s: s.eviction_stage in ("judgment", "served")),
    ("eviction", _before_judge),
    ("no_binding", _because("binding")),
    ("self_reliant", _because("self_reliant")),
    ("written_decision", lambda s: s.asked_gemeente in ("reported", "refused_oral")),
    ("amsterdam_four_years", lambda s: _amsterdam(s) and _refused(s)),
    ("report", lambda s: s.asked_gemeente in (None, "no") and _homeless(s)),
    ("warm_handover", lambda s: _refused(s) and s.refusal_reason in ("binding", "other")),
    ("pro_forma_objection", lambda s: s.asked_gemeente == "refused_written" or s.letter_kind == "refusal"),
    ("notice_of_default", lambda s: s.letter_kind == "no_answer"),
    ("fled_violence", lambda s: _violence(s) and (_refused(s) or _amsterdam(s))),
    ("child_interest", lambda s: _children(s) and (_homeless(s) or s.asked_gemeente in ("reported", *_REFUSED))),
    ("client_support", lambda s: s.asked_gemeente in ("reported", *_REFUSED)),
    ("briefadres", lambda s: s.address in ("host_no", "hotel", "none")),
    ("urgency", lambda s: _children(s) and _homeless(s)),
)
# While nothing fits: what is used most, each as long as the family did not tell about it.
_USED_MOST: tuple[tuple[str, str], ...] = (
    ("report", "asked_gemeente"),
    ("written_decision", "asked_gemeente"),
    ("no_binding", "refusal_reason"),
    ("emergency_tonight", "sleeping_tonight"),
    ("veilig_thuis_threat", "threatened_with_child_removal"),
)
_LETTERS: tuple[tuple[str, Callable[[Situation], bool]], ...] = (
    ("bezwaar", lambda s: s.letter_kind == "refusal" or s.asked_gemeente == "refused_written"),
    ("ingebrekestelling", lambda s: s.letter_kind == "no_answer"),
    ("melding", lambda s: _homeless(s) and s.asked_gemeente in (None, "no", "refused_oral")),
)


def cards_for(s: Situation) -> tuple[str, ...]:
    """The cards that fit what was told, the most needed first; the most used ones while nothing was told."""
    if fitting := tuple(slug for slug, fits in _FITS if fits(s)):
        return fitting
    most = [slug for slug, field in _USED_MOST if getattr(s, field) is None and s.children is not False]
    return (*most, "client_support")


def letters_for(s: Situation) -> tuple[str, ...]:
    """The letters that fit what was told."""
    return tuple(name for name, fits in _LETTERS if fits(s))


def desk(talk: Talk, choice: str, knows: Knowledge, today: date) -> list[Payload] | None:
    """What a tapped `cards`, `cards.more.<n>`, `card.<slug>` or `letter.<name>` shows; None for another choice."""
    kind, _, name = choice.partition(".")
    if kind == "cards":
        page = name.removeprefix("more.")
        return [show_list(talk, knows, int(page) if page.isdecimal() and len(page) < 3 else 0)]
    if kind == "card" and name in knows.content.cards:
        return [show_card(talk, name, knows)]
    if kind == "letter" and name in knows.content.letters:
        return [show_letter(talk, name, knows, today)]
    return None


def show_list(talk: Talk, knows: Knowledge, page: int = 0) -> Payload:
    """Cards to choose from: first those that fit with their letters, then page by page all others."""
    fitting = [slug for slug in cards_for(talk.situation) if slug in knows.content.cards]
    letters = [f"letter.{name}" for name in letters_for(talk.situation)]
    first = [*(f"card.{slug}" for slug in fitting[: MOST - len(letters)]), *letters]
    others = [f"card.{slug}" for slug in (*fitting, *knows.content.cards) if f"card.{slug}" not in first]
    others = list(dict.fromkeys(others))
    pages = [first, *(others[at : at + MOST] for at in range(0, len(others), MOST))]
    here = min(page, len(pages) - 1)
    more = [f"cards.more.{here + 1}"] if here + 1 < len(pages) else ["cards"]
    return {"say": "desk.list_more" if here else "desk.list", "choices": [*pages[here], *more, "person"]}


def show_card(talk: Talk, slug: str, knows: Knowledge) -> Payload:
    """One card, with its letter, the next ones that fit, and the way back."""
    card = knows.content.cards[slug]
    order = cards_for(talk.situation)
    at = order.index(slug) + 1 if slug in order else 0
    others = [f"card.{other}" for other in (*order[at:], *order[:at]) if other != slug and other in knows.content.cards]
    letters = [f"letter.{card.letter}"] if card.letter else []
    talk.grounds = list(card.grounds)
    choices = [*letters, *others[:_NEXT], "cards", *_way_back(talk), "person"]
    return {"card": slug, "grounds": list(card.grounds), "choices": choices}


def show_letter(talk: Talk, name: str, knows: Knowledge, today: date) -> Payload:
    """A letter filled with what was told."""
    s, content = talk.situation, knows.content
    town = knows.assessor(today).municipality(s.town) if known(s.town) else None
    made = letter(name, content.letters[name], s, content.law, today, municipality=town)
    talk.grounds = list(made.grounds)
    return letter_payload(made, ["cards", *_way_back(talk), "other_question", "person"])


def letter_payload(made: Letter, choices: list[str]) -> Payload:
    """A letter as the gateway words it."""
    notes = [
        {"say": note.say, "with": {key: tagged(value) for key, value in note.values.items()}} for note in made.notes
    ]
    told = {"written": made.written(), "notes": notes}
    return {"letter": told, "grounds": list(made.grounds), "choices": choices}


def _way_back(talk: Talk) -> list[str]:
    return ["carry_on"] if talk.asking else []
