"""What a pictured journey is made of: the bot's own dialogue without understanding, and a phone in a real browser."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, Route, expect

from actions.dialogue import turns
from actions.dialogue.server import Pick, take_turn
from actions.dialogue.talk import Heard
from channels.storage.whatsapp_tables import sendings
from tests.desk.recorder import Album
from tests.whatsapp.conftest import PhoneHouse
from tests.whatsapp.graph_server.people import Person
from tests.whatsapp.graph_server.shown import Bubble

SIZE = {"width": 360, "height": 740}
STILL = "async one => { for (const move of one.getAnimations()) await move.finished; }"
TO_END = "one => { one.closest('#scroll').scrollTop = 1e6; }"
FROM_TOP = "one => { one.closest('#scroll').scrollTop += one.getBoundingClientRect().top - 72; }"
READ = """id => new Promise((done) => {
  const look = () => last?.talk.find((one) => one.wamid === id)?.state === "read" ? done() : setTimeout(look, 10);
  look();
})"""
SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"


@dataclass
class Dialogue:
    """What the bot would say. `means`: the choice that something typed stands for; all else answers a question."""

    lang: str
    means: Mapping[str, str]
    slot: dict[str, Any] | None = None

    def answer(self, message: str) -> list[dict[str, Any]]:
        """The payloads of one turn."""
        if choice := json.loads(message[5:])["choice"] if message.startswith("/pick") else self.means.get(message):
            payloads, self.slot = take_turn(Pick().turn, self.slot, Heard("pick", choice=choice))
        else:
            payloads, self.slot = take_turn(turns.clarify, self.slot, Heard("", text=message, lang=self.lang))
        return payloads


@dataclass
class Phone:
    """Somebody's phone as a page; `errors` of its scripts."""

    page: Page
    house: PhoneHouse
    person: Person
    album: Album
    errors: list[str] = field(default_factory=list)

    @property
    def last(self) -> Bubble:
        """The newest of what arrived."""
        return self.person.screen[-1]

    def offers(self) -> list[str]:
        """What can be chosen in the newest bubble."""
        return [one.id for one in self.last.choices]

    def bubble(self, shown: Bubble) -> Any:
        """Where this stands on the screen."""
        return self.page.locator(f"article[data-id='{shown.wamid}']")

    async def says(self, text: str) -> Bubble:
        """Type and send."""
        before = len(self.person.screen)
        await self.page.locator("#say").fill(text)
        await self.page.locator("#say").press("Enter")
        return await self.answered(before)

    async def photographs(self) -> Bubble:
        """Send a photograph."""
        before = len(self.person.screen)
        await self.page.locator("#photo").click()
        return await self.answered(before)

    async def opens_list(self) -> None:
        """The choices of the newest bubble, as a sheet."""
        await self.bubble(self.last).locator(".tap").click()
        await expect(self.page.locator(".row")).to_have_count(len(self.last.choices))
        await self.page.locator("#sheet").evaluate(STILL)

    async def taps(self, choice: str) -> Bubble:
        """A button of the newest bubble, or a line of its list."""
        before, place = len(self.person.screen), self.offers().index(choice)
        if self.last.how != "list":
            await self.bubble(self.last).locator(".tap").nth(place).click()
        else:
            if not await self.page.locator("#sheet").is_visible():
                await self.opens_list()
            await self.page.locator(".row").nth(place).click()
        return await self.answered(before)

    async def opens_link(self) -> Page:
        """The page behind the button of the newest bubble."""
        async with self.page.context.expect_page() as opened:
            await self.bubble(self.last).locator("a.tap").click()
        return await opened.value

    async def answered(self, before: int) -> Bubble:
        """The newest of what comes after so many bubbles, once all of it stands on the screen and is read.

        One bubble, or two; and nothing is wider than the screen.
        """
        await self.person.until(lambda screen: len(screen) > before)
        await self.house.settled(sendings, lambda rows: not {row["state"] for row in rows} & {"ready", "trying"})
        assert len(self.person.screen) <= before + 2
        await self.page.evaluate(READ, self.last.wamid)
        assert not await self.page.evaluate(SIDEWAYS)
        return self.last

    async def picture(self, name: str, *, top: bool = False) -> None:
        """The end of what the phone shows; `top`: the beginning of the newest bubble."""
        await self.page.locator("#say").blur()
        await self.bubble(self.last).evaluate(FROM_TOP if top else TO_END)
        await self.album.add(self.page, name)


async def phone_of(browser: Browser, house: PhoneHouse, album: Album, **told: Any) -> Phone:
    """Somebody with a telephone, who reads what arrives when it stands on the screen."""
    person = house.person(**told)
    person.reads, house.graph.statuses = False, ("sent", "delivered")
    context = await browser.new_context(viewport=SIZE, locale="nl-NL")  # type: ignore[arg-type]
    await lead_home(context, house)
    phone = Phone(await context.new_page(), house, person, album)
    phone.page.on("pageerror", lambda error: phone.errors.append(str(error)))
    await phone.page.goto(f"{house.graph.url}/phone/{person.key}")
    return phone


async def lead_home(context: BrowserContext, house: PhoneHouse) -> None:
    """Links to the address that families know lead to the gateway of this test."""
    public = house.settings.public_url

    async def redirect(route: Route) -> None:
        path = route.request.url.removeprefix(public)
        await route.fulfill(status=302, headers={"Location": str(house.client.make_url(path))})

    await context.route(f"{public}/**", redirect)
