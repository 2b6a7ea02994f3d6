"""A link to a plan on WhatsApp: made when the message goes, so that it stands nowhere but there."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from actions.dialogue import planning
from actions.dialogue.talk import Talk
from actions.eligibility.situation import Situation
from channels.handoff import plans as plans_of_talk
from channels.handoff.casework import Office, say
from channels.handoff.here import Here
from channels.settings import now
from channels.storage import conversations, plans, sendings, threads
from channels.storage.plan_tables import plan_links
from channels.storage.tables import messages, outbox
from channels.whatsapp.composing import Composer
from tests.conftest import DAY
from tests.plans.conftest import LINK
from tests.plans.sheets import KNOWS, speech
from tests.plans.talking import MOTHER
from tests.whatsapp.memory import empty, family

ADDRESS = "https://thuis.example"


@pytest.mark.parametrize("lang", ["nl", "ar"])
def test_the_link_stands_in_the_bubble_on_its_way_and_never_in_what_was_said(lang: str) -> None:
    office = Office({}, speech(), lambda: DAY, address=ADDRESS)
    with empty() as db:
        talk = family(db)
        conversations.set_language(db, talk, lang, chosen=True)
        told = conversations.get(db, talk)
        assert told
        payload = planning.paper(Talk(situation=Situation.from_dict(MOTHER)), KNOWS, DAY)[0]
        meant = plans_of_talk.kept(Here(db, office, told), payload)
        assert meant
        say(db, office, talk, meant, "bot")
        assert db.execute(sa.select(plan_links)).all() == []
        db.execute(sa.update(outbox).values(not_before=now()))
        thread, rows = threads.of(db, talk), sendings.rows(db, talk)
        assert thread
        composer = Composer(
            speech(), (), lambda _token, _lang: "", lambda *link: f"{ADDRESS}/plan/{link[0]}?l={link[1]}"
        )
        composer.compose(db, told, thread, rows)
        sending = sendings.first(db, talk)
        assert sending
        found = LINK.search(json.dumps(sending.payload))
        assert found
        assert found[2] == lang
        opened = plans.opened(db, found[1], now())
        assert opened
        assert opened.conversation == talk
        assert opened.sheet["items"]
        assert not LINK.search(json.dumps(list(db.execute(sa.select(messages.c.body)).scalars())))
