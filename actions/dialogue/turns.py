"""One turn: what was heard and the state before give the payloads to say and the state after. Pure but for `known`."""

from __future__ import annotations

from datetime import date
from typing import Any

from actions.dialogue import planning
from actions.dialogue.answers import answer_to, picked
from actions.dialogue.conversation import HANDLERS, facts_about, nearest_fact
from actions.dialogue.desk import desk
from actions.dialogue.journeys import CHECK_OF, JOURNEYS, READS
from actions.dialogue.knowledge import Knowledge
from actions.dialogue.places import door, entry_door, entry_post, entry_rules, of_entry, post, which
from actions.dialogue.progress import advance, background, findings, question_payload
from actions.dialogue.talk import Heard, Payload, Talk
from actions.dialogue.wording import child_text, for_child_key
from actions.eligibility.plausible import Doubt, doubts
from actions.eligibility.situation import known, question_bounds, question_kind, question_options
from actions.handoff import packet

_MISUNDERSTOOD_LIMIT = 2
MOST_CHOICES = 10  # what a list of WhatsApp takes
ASKED = 4  # subjects to choose from when a message was not understood
SURE_OF_SUBJECT, _ALSO = 0.9, 3  # below this confidence other subjects are offered beside the answer
# Intents whose choice has another name.
_CHOICES = {"delete_my_data": "delete", "what_now": "plan.next", "plan_done": "plan.tick"}
_AT_A_DOOR = ("shelter_access", "emergency_tonight")
_AT_A_POST = ("visa_facilitating",)


def topic(talk: Talk, heard: Heard, knows: Knowledge, today: date) -> list[Payload]:
    """A subject: its short answer. In the middle of a check the open question follows, and nothing is lost."""
    if talk.asking and (payloads := reply_to_question(talk, heard, knows, today)):
        return payloads
    if talk.asking and heard.intent == "out_of_scope":
        return not_an_answer(talk)
    talk.topic, talk.misunderstood, talk.told = heard.intent, 0, []
    talk.nearest = [fact for facts in heard.values("facts") for fact in facts]
    noted: list[Payload] = [{"say": "conversation.noted", "choices": []}] if note_by_the_way(talk, heard) else []
    key = f"answer.{heard.intent}"
    message = knows.content.messages[key]
    talk.grounds = list(message.grounds) or talk.grounds
    if talk.asking:
        return [{"say": key, "choices": []}, *noted, question_payload(talk)]
    talk.offer = CHECK_OF.get(heard.intent, "")
    local = _by_entry(talk, heard, knows, today)
    rules = [ground for payload in local if "say" in payload for ground in payload["grounds"]]
    talk.told += rules
    fact = nearest_fact(talk, knows)
    further = [{"say": f"fact.{fact}", "grounds": [fact]}] if fact and fact not in rules else []
    said: list[Payload] = [*noted, *local, {"say": key}, *further, *_nearby(talk, heard, knows)]
    more = ["more"] if facts_about(talk, knows) else []
    child = ["for_child"] if for_child_key(heard.intent, knows) else []
    always = [*message.choices[:-1], *more, "simpler", *child, *message.choices[-1:]]
    near = [choice for name in also_meant(heard, knows) if (choice := choice_of(name, knows)) not in always]
    choices = [*near[: max(MOST_CHOICES - len(always), 0)], *always]
    return [*({**payload, "choices": []} for payload in said[:-1]), {**said[-1], "choices": choices}]


def choice_of(intent: str, knows: Knowledge) -> str:
    """The choice that means the same as an intent; "" for one that nobody has to choose."""
    messages = knows.content.messages
    if f"answer.{intent}" in messages:
        return "" if intent == "out_of_scope" else f"topic.{intent}"
    choice = _CHOICES.get(intent, intent)
    return choice if choice in HANDLERS and f"choice.{choice}" in messages else ""


def likely(heard: Heard, knows: Knowledge, most: int) -> list[str]:
    """The intents of a ranking that can be offered as a choice, best first."""
    return [name for name, _ in heard.ranking if choice_of(name, knows)][:most]


def also_meant(heard: Heard, knows: Knowledge) -> list[str]:
    """Other intents to offer beside an answer that may be about the wrong one."""
    if heard.confidence >= SURE_OF_SUBJECT:
        return []
    return [name for name in likely(heard, knows, _ALSO + 1) if name != heard.intent][:_ALSO]


def _by_entry(talk: Talk, heard: Heard, knows: Knowledge, today: date) -> list[Payload]:
    """What is known of the gemeente or the post by which the family came in, where it named no place itself."""
    gemeente = "" if heard.values("town") else of_entry(talk, knows.content)
    place = None
    if gemeente and talk.topic in _AT_A_DOOR:
        place = entry_door(gemeente, knows.content)
    elif talk.topic in _AT_A_POST and not heard.values("country"):
        place = entry_post(talk, knows.content)
    return [place] if place else entry_rules(gemeente, talk.topic, knows.content, today)


def _nearby(talk: Talk, heard: Heard, knows: Knowledge) -> list[Payload]:
    """The door of the one town, or the post of the one country, that stands in a question about going there."""
    towns, countries = heard.values("town"), heard.values("country")
    place = None
    if talk.topic in _AT_A_DOOR and len(towns) == 1:
        talk.record("town", towns[0])
        place = door(towns[0], knows.content)
    if talk.topic in _AT_A_POST and len(countries) == 1:
        place = post(countries[0], knows.content)
    return [place] if place else []


def reply(talk: Talk, heard: Heard, knows: Knowledge, today: date) -> list[Payload]:
    """Yes, no or I do not know: to the open question, or to the check that was offered."""
    if talk.asking and (payloads := reply_to_question(talk, heard, knows, today)):
        return payloads
    if talk.asking:
        return not_an_answer(talk)
    if talk.offer and heard.intent == "affirm":
        return start(talk, talk.offer, knows, today)
    talk.offer = ""
    return [{"say": "conversation.other_question"}]


def pick(talk: Talk, heard: Heard, knows: Knowledge, today: date) -> list[Payload]:
    """A tapped choice. Unknown ones are answered, never trusted."""
    choice = heard.choice
    if choice.startswith("ask."):
        return _pick_answer(talk, choice, knows, today)
    kind, _, name = choice.partition(".")
    if (shown := desk(talk, choice, knows, today)) is not None:
        return shown
    if kind == "plan" and (told := planning.pick(talk, choice, knows, today)):
        return told
    if kind == "check" and name in JOURNEYS:
        return start(talk, name, knows, today)
    if kind == "topic" and f"answer.{name}" in knows.content.messages:
        return topic(talk, Heard(name), knows, today)
    if kind == "child" and (key := for_child_key(name, knows)):
        return child_text(talk, key)
    if kind == "change" and talk.situation.to_dict().get(name) is not None:
        return _change(talk, name)
    if choice == "many.done" and talk.gathering and talk.asking:
        return _record(talk, talk.asking, frozenset(talk.gathering), knows, today)
    return [{"say": "input.choice_gone"}, *([question_payload(talk)] if talk.asking else [])]


def _pick_answer(talk: Talk, choice: str, knows: Knowledge, today: date) -> list[Payload]:
    if (answer := picked(choice)) is not None:
        return _record(talk, *answer, knows, today)
    question, _, option = choice.removeprefix("ask.").partition("=")
    if question != talk.asking or question_kind(question) != "many" or option not in question_options(question):
        return [{"say": "input.choice_gone"}, *([question_payload(talk)] if talk.asking else [])]
    if option == "none":
        return _record(talk, question, frozenset({"none"}), knows, today)
    talk.gathering.append(option)
    return [question_payload(talk)]


def start(talk: Talk, journey: str, knows: Knowledge, today: date) -> list[Payload]:
    """Begin a check. What was told before is not asked again."""
    talk.leave_journey()
    talk.journey, talk.shown, talk.misunderstood = journey, {}, 0
    return advance(talk, knows, today)


def reply_to_question(talk: Talk, heard: Heard, knows: Knowledge, today: date) -> list[Payload]:
    """What follows when the message answers the open question; nothing when it does not."""
    value = answer_to(talk.asking, heard, knows)
    if value is None and question_kind(talk.asking) == "town":
        found = knows.content.municipalities.find(heard.text)
        if back := which(found):
            return [back]
        value = found.sure.code if found.sure else None
    return [] if value is None else _record(talk, talk.asking, value, knows, today)


def _record(talk: Talk, question: str, value: Any, knows: Knowledge, today: date) -> list[Payload]:
    known_before = doubts(talk.situation, today)
    before = getattr(talk.situation, question)
    talk.record(question, value)
    talk.gathering, talk.misunderstood = [], 0
    new = [doubt for doubt in doubts(talk.situation, today) if doubt not in known_before and question in doubt.between]
    if new:
        return _question_back(talk, question, before, new[0])
    if not talk.journey:
        return planning.after_answer(talk, question, knows, today)
    return advance(talk, knows, today)


def _question_back(talk: Talk, question: str, before: Any, doubt: Doubt) -> list[Payload]:
    """Two answers cannot both be true: nothing is guessed, the family says which one is wrong."""
    talk.record(question, before)
    talk.asking = question
    others = [f"change.{name}" for name in doubt.between if name != question and known(getattr(talk.situation, name))]
    asked = question_payload(talk)
    return [{"say": f"doubt.{doubt.name}", "choices": []}, {**asked, "choices": [*asked["choices"], *others, "person"]}]


def _change(talk: Talk, question: str) -> list[Payload]:
    talk.record(question, None)
    reading = (
        name
        for name in (talk.last_journey, *JOURNEYS)
        if name and any(question in rule.reads for rule in JOURNEYS[name].goals)
    )
    # the day of travel is read by the plan and by no rule: it belongs to the journey that asked for it
    talk.journey = talk.journey or next(reading, talk.last_journey)
    talk.asking = question
    return [question_payload(talk)]


def clarify(talk: Talk, heard: Heard, knows: Knowledge, today: date) -> list[Payload]:
    """Not understood. First the likeliest subjects as choices, the second time a person; never a third time."""
    if talk.asking:
        return reply_to_question(talk, heard, knows, today) or not_an_answer(talk)
    talk.misunderstood += 1
    if talk.misunderstood >= _MISUNDERSTOOD_LIMIT:
        talk.misunderstood = 0
        return [{"say": "clarify.person"}]
    meant = likely(heard, knows, ASKED)
    choices = [*(choice_of(name, knows) for name in meant), "other_question", "person"]
    return [*_maybe(heard, meant, knows), {"say": "clarify.choose", "choices": choices}]


def _maybe(heard: Heard, meant: list[str], knows: Knowledge) -> list[Payload]:
    """The fact nearest to a question whose subject is not sure, when it belongs to one of the likeliest subjects."""
    first = next((facts[0] for facts in heard.values("facts") if facts), "")
    fact = knows.content.law.facts.get(first)
    if fact is None or not set(fact.topics) & set(meant):
        return []
    told: Payload = {"say": f"fact.{first}", "grounds": [first], "choices": []}
    return [{"say": "clarify.maybe", "choices": []}, told]


def not_an_answer(talk: Talk) -> list[Payload]:
    """The message is no answer to the open question. The second time a person is offered beside it."""
    talk.misunderstood += 1
    if talk.misunderstood < _MISUNDERSTOOD_LIMIT:
        return [_hint(talk.asking), question_payload(talk)]
    talk.misunderstood = 0
    question = question_payload(talk)
    return [{"say": "clarify.person", "choices": []}, {**question, "choices": [*question["choices"], "person"]}]


def _hint(question: str) -> Payload:
    """How this sort of question is answered, with the bounds of a number."""
    kind = question_kind(question)
    if kind in ("number", "age", "duration"):
        low, high = question_bounds(question)
        return {"say": f"clarify.{kind}", "with": {"low": low, "high": high}, "choices": []}
    if kind == "town":
        return {"say": "town.unknown", "choices": []}
    return {"say": "clarify.date" if kind == "date" else "clarify.answer", "choices": []}


def note_by_the_way(talk: Talk, heard: Heard) -> bool:
    """Keep what was told unasked and cannot well be misread, the age of an only child; True when there was one."""
    ages = [age for age in heard.values("age") if isinstance(age, int) and age < 18]
    if len(ages) != 1 or known(talk.situation.child_age):
        return False
    talk.record("child_age", ages[0])
    return True


def hand_over(talk: Talk, knows: Knowledge, today: date, reason: str) -> list[Payload]:
    """Keep the question for a person, with everything known."""
    found = [*findings(talk, knows, today), *background(talk, knows, today)]
    told = packet(talk.situation, talk.topic, talk.journey or talk.last_journey, found, reason, READS)
    talk.misunderstood = 0
    return [{"handoff": told}, *([question_payload(talk)] if talk.asking else [])]
