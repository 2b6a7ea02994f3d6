"""What Meta's error codes mean for us: one table, code → what we do. Titles are never looked at; Meta drops them."""

from __future__ import annotations

from enum import StrEnum

NO_CODE = -1  # an error answer without a code that we can read; 0 is a code of Meta's own


class Reaction(StrEnum):
    """What to do about an error."""

    RETRY = "retry"  # again later
    SLOW = "slow"  # again later, and the whole number more slowly
    HOLD = "hold"  # too much for one person: this conversation waits, the others go on
    TEMPLATE = "template"  # the family wrote nothing for a day: only a template may go out
    UNDELIVERABLE = "undeliverable"  # it will never arrive here; tell the worker
    IDENTITY = "identity"  # this name of theirs does not do; try the other one
    MONEY = "money"  # nothing is delivered until somebody pays
    AUTH = "auth"  # token, right or account is not in order
    BUG = "bug"  # what we sent is wrong; sending it again changes nothing
    MEDIA = "media"  # a file of theirs cannot be had; ask for it again


_TABLE: dict[Reaction, tuple[int, ...]] = {
    Reaction.RETRY: (1, 2, 131000, 131016, 131057, 133004),
    Reaction.SLOW: (4, 80007, 130429, 131048),
    Reaction.HOLD: (131056,),
    Reaction.TEMPLATE: (131047,),
    Reaction.UNDELIVERABLE: (130472, 130497, 131021, 131026, 131030, 131049),
    Reaction.IDENTITY: (131062, 137000),
    Reaction.MONEY: (131042, 131044),
    Reaction.AUTH: (3, 10, 33, 190, *range(200, 300), 368, 131005, 131031, 131037, 131045, 133010),
    Reaction.BUG: (100, 131008, 131009, *range(132000, 132017)),
    Reaction.MEDIA: (131052, 131053),
}
_BY_CODE = {code: reaction for reaction, codes in _TABLE.items() for code in codes}


def react(code: int, http: int) -> Reaction:
    """What to do about `code` in an answer with status `http`; 0 for `http`: told in a webhook, or no answer came.

    A code that nobody knows is tried again when the fault may be Meta's, and never when it is ours.
    """
    if known := _BY_CODE.get(code):
        return known
    ours = 400 <= http < 500 and http != 429
    if ours and code == 0:  # "we could not find out who you are"; elsewhere 0 only means that no code was told
        return Reaction.AUTH
    return Reaction.BUG if ours else Reaction.RETRY


def stops(reaction: Reaction) -> bool:
    """Whether the number must send nothing more until a person has mended it."""
    return reaction in (Reaction.MONEY, Reaction.AUTH)
