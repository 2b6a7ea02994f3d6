"""Which families there are (profiles), and the conditions of the plan that cannot be written down as data.

Pure. A profile is one of nine sorts of family; a family can have several, or none. The names of the conditions stand in
data/plan/items.yml under `only_if`; `None` (not asked) is never read as "no".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from actions.eligibility.brp_registration import from_islands
from actions.eligibility.chavez import child_abroad
from actions.eligibility.finding import Finding, Outcome
from actions.eligibility.questions import UNSURE, Answer
from actions.eligibility.situation import Situation, known

_JUST_ARRIVED_DAYS = 180  # ours, not law: so long the list of after the arrival is still of use
_NO_HOME = ("family_ok", "family_unsafe", "hotel", "car", "street", "shelter")
_NO_SAFE_PLACE = ("street", "car", "family_unsafe")
_REFUSED = ("refused_oral", "refused_written")
_LETTERS = ("refusal", "objection_decided", "no_answer")
_OTHER_SENDERS = ("ind", "svb_or_tax", "other", "court")


@dataclass(frozen=True)
class Family:
    """The answers of one family and what the rules concluded from them, on one day."""

    s: Situation
    outcomes: Mapping[str, Outcome]
    today: date

    @cached_property
    def profiles(self) -> tuple[str, ...]:
        """The sorts of family that this one is, in the order of PROFILES."""
        return tuple(name for name, holds in PROFILES.items() if holds(self))

    @property
    def homeless(self) -> bool:
        """In the Netherlands, and without a home or about to be, or refused at a desk."""
        return any(name in self.profiles for name in HERE)

    @property
    def travels(self) -> bool:
        """Still to come. A family that did not say where it is counts as abroad, unless it has no home here."""
        return self.s.place == "abroad" or (self.s.place != "netherlands" and not self.homeless)

    @property
    def settles(self) -> bool:
        """The list of after the arrival is of use: not for who has long been here and lost a home."""
        arrived = self.s.arrival_date
        just = known(arrived) and (self.today - arrived).days <= _JUST_ARRIVED_DAYS
        return self.travels or not self.homeless or just


def family_of(situation: Situation, findings: Iterable[Finding], today: date) -> Family:
    """The family as the conditions look at it."""
    return Family(situation, {finding.right: finding.outcome for finding in findings}, today)


def profiles_of(situation: Situation, findings: Sequence[Finding], today: date) -> tuple[str, ...]:
    """The profiles of this family; () when the answers point to none of the nine."""
    return family_of(situation, findings, today).profiles


Condition = Callable[[Family], bool]


def _chavez(f: Family) -> bool:
    possible = f.outcomes.get("chavez") is not Outcome.LIKELY_NO
    return f.s.nationality == "other" and f.s.child_dutch in (True, UNSURE) and possible


def _host_family(f: Family) -> bool:
    with_host = known(f.s.host_relation) and f.s.host_relation != "no_host"
    return with_host or f.s.address in ("host_ok", "host_no") or f.s.sleeping_tonight == "family_ok"


def _homeless_here(f: Family) -> bool:
    s = f.s
    lost = s.sleeping_tonight in _NO_HOME or s.home_left is True or s.eviction_stage == "evicted"
    no_address = s.place == "netherlands" and s.address in ("none", "hotel")
    return s.place != "abroad" and (lost or no_address)


def _facing_eviction(f: Family) -> bool:
    s = f.s
    threatened = known(s.eviction_stage) or known(s.eviction_date) or s.judged_in_absence is True
    return s.place != "abroad" and threatened and s.eviction_stage != "evicted"


def _refused_at_desk(f: Family) -> bool:
    letter = f.s.letter_kind in _LETTERS and f.s.letter_from != "court"
    return f.s.place != "abroad" and (f.s.asked_gemeente in _REFUSED or letter)


PROFILES: Mapping[str, Condition] = {
    "chavez": _chavez,
    "caribbean": lambda f: from_islands(f.s),
    "returning_dutch": lambda f: f.s.nationality == "dutch" and not from_islands(f.s),
    "ex_refugee": lambda f: f.s.ex_status in ("naturalised", "permit"),
    "eu_route": lambda f: f.s.nationality == "eu" or f.s.eu_family in ("of_eu_citizen", "of_dutch_via_eu"),
    "host_family": _host_family,
    "homeless_here": _homeless_here,
    "facing_eviction": _facing_eviction,
    "refused_at_desk": _refused_at_desk,
}
HERE = ("homeless_here", "facing_eviction", "refused_at_desk")


def moves_with_children(f: Family) -> bool:
    """Whether a child would still move, so that the other parent has a say."""
    return child_abroad(f.s) and f.s.children is not False


def in_danger(f: Family) -> bool:
    """Violence or danger: safety goes before every plan and every advice about travelling."""
    violence = "violence" in (f.s.other_parent, f.s.sibling_other_parent)
    violence = violence or (known(f.s.problems) and "violence" in f.s.problems)
    return violence or f.s.unsafe_person is True or f.s.danger_now is True


def parents_who_have_a_say(s: Situation) -> tuple[Answer[str], Answer[str]]:
    """What they want with the move. Permission of a court takes the place of the first; yes to a journey is no yes."""
    own = s.other_parent
    if s.court_permission is True:
        own = None
    elif own == "agrees" and s.consent_kind == "travel":
        own = UNSURE
    return own, s.sibling_other_parent


def consent_refused(f: Family) -> bool:
    """A parent who has a say refuses, or they do not know what that parent wants, and the child would move."""
    parents = parents_who_have_a_say(f.s)
    refuses = "refuses" in parents and child_abroad(f.s)
    return refuses or (UNSURE in parents and moves_with_children(f))


def route_sure(f: Family) -> bool | None:
    """Whether this family probably may live here. None: not sure; False: probably not, or advice first."""
    found = f.outcomes.get("residence_right", f.outcomes.get("chavez"))
    if found is None:
        return True if f.s.nationality in ("dutch", "eu") else None
    return {Outcome.LIKELY_YES: True, Outcome.DEPENDS: None}.get(found, False)


def _registers(f: Family) -> str:
    """How this family gets into the register of persons; the first that fits."""
    if f.s.stay_over_four_months is False:
        return "rni"
    if f.s.nationality == "other" and f.s.ind_status != "document":
        return "after_ind"
    return "briefadres" if f.s.address in ("host_no", "hotel", "none") else "address"


def _dutch(s: Situation) -> bool:
    """Dutch by what they said of their nationality, and where that was not asked, of their stay."""
    return s.nationality == "dutch" or (not known(s.nationality) and s.residence_status == "dutch")


def _before_judgment(f: Family) -> bool:
    """A hearing can still come; a day on which the landlord wants them out is no judgment."""
    return f.s.eviction_stage in ("pressure", "notice", "summons") or not _judged(f)


def _judged(f: Family) -> bool:
    return f.s.eviction_stage in ("judgment", "served") or f.s.judged_in_absence is True or known(f.s.eviction_date)


def _objects(f: Family) -> bool:
    """A refusal of a gemeente or another office, on paper or not: not of the IND, and nothing decided on objection.

    A refusal of shelter stays one to object to, also when a letter of somebody else was told about.
    """
    if f.s.asked_gemeente in _REFUSED and f.s.letter_from in _OTHER_SENDERS:
        return True
    return f.s.letter_from != "ind" and f.s.letter_kind not in ("objection_decided", "no_answer")


def _about_the_gemeente(f: Family) -> bool:
    """What the gemeente must do: not for who only has a letter of another office."""
    return f.s.letter_from not in _OTHER_SENDERS or f.s.asked_gemeente in _REFUSED or "homeless_here" in f.profiles


def _not_reported(f: Family) -> bool:
    """No report with a day yet: a no by word of mouth is no proof that it was taken down."""
    told = f.s.asked_gemeente
    return told not in ("reported", *_REFUSED) or (told == "refused_oral" and not known(f.s.melding_date))


def _of_ind(f: Family) -> bool:
    return f.s.letter_from == "ind" and f.s.letter_kind != "no_answer"


CONDITIONS: Mapping[str, Condition] = {
    "about_the_gemeente": _about_the_gemeente,
    "before_judgment": _before_judgment,
    "can_object": _objects,
    "consent_disputed_here": lambda f: parents_who_have_a_say(f.s)[0] == "refuses" and not child_abroad(f.s),
    "consent_needed": lambda f: moves_with_children(f) and (f.s.other_parent is None or f.s.other_parent == "agrees"),
    "consent_refused": consent_refused,
    "dutch": lambda f: _dutch(f.s),
    "eu_citizen": lambda f: f.s.nationality == "eu",
    "family_through_eu": lambda f: f.s.eu_family in ("of_eu_citizen", "of_dutch_via_eu"),
    "from_islands": lambda f: from_islands(f.s),
    "has_a_decision": lambda f: f.s.letter_kind != "no_answer" or f.s.asked_gemeente == "refused_written",
    "has_half_sibling": lambda f: known(f.s.sibling_age),
    "has_children": lambda f: f.s.children is not False,
    "investigation_open": lambda f: f.s.asked_gemeente != "refused_written" and f.s.investigation_report is not True,
    "judged": _judged,
    "judged_in_absence": lambda f: f.s.judged_in_absence is True,
    "letter_of_ind": _of_ind,
    "lives_here": lambda f: not f.travels,
    "may_have_arrears": lambda f: f.s.arrears is not False,
    "may_need_visa": lambda f: f.s.visa_required is not False,
    "no_address_here": lambda f: f.s.address not in ("own", "host_ok"),
    "no_answer_no_notice": lambda f: f.s.letter_kind == "no_answer" and not known(f.s.notice_of_default_date),
    "no_decision_yet": lambda f: f.s.asked_gemeente != "refused_written",
    "no_ind_request_yet": lambda f: f.s.ind_status not in ("document", "pending"),
    "no_place_tonight": lambda f: f.s.sleeping_tonight in _NO_SAFE_PLACE,
    "not_dutch": lambda f: not _dutch(f.s),
    "not_from_islands": lambda f: not from_islands(f.s),
    "not_homeless_here": lambda f: "homeless_here" not in f.profiles,
    "not_reported": _not_reported,
    "notice_was_sent": lambda f: f.s.letter_kind == "no_answer" and known(f.s.notice_of_default_date),
    "objection_was_decided": lambda f: f.s.letter_from != "ind" and f.s.letter_kind == "objection_decided",
    "only_a_permit": lambda f: f.s.ex_status == "permit",
    "refused_as_self_reliant": lambda f: f.s.refusal_reason == "self_reliant",
    "refused_for_binding": lambda f: f.s.refusal_reason == "binding",
    "refused_without_paper": lambda f: f.s.asked_gemeente == "refused_oral",
    "registers_after_ind": lambda f: _registers(f) == "after_ind",
    "registers_at_address": lambda f: _registers(f) == "address",
    "registers_without_address": lambda f: _registers(f) == "briefadres" and "homeless_here" not in f.profiles,
    "route_open": lambda f: not route_sure(f),
    "short_stay": lambda f: _registers(f) == "rni",
    "stays_long": lambda f: f.s.stay_over_four_months is not False,
    "violence": in_danger,
}
