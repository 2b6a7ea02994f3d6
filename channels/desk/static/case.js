// One case: what the family shared, what can be done, and the talk. Its parts are drawn anew only when they changed.

import { Acts } from "./acts.js";
import { cases } from "./cases.js";
import { Composer } from "./composer.js";
import { button, el, part, status } from "./dom.js";
import { Notes } from "./notes.js";
import * as packet from "./packet.js";
import { Reach } from "./reach.js";
import { urgency } from "./rows.js";
import { Talk } from "./talk.js";
import { call } from "./wire.js";
import { languageName, named, t } from "./words.js";

export async function caseView(place, [, code], desk) {
  const view = new Case(code, await call("GET", `/cases/${code}`), desk);
  place.append(view.node);
  const takes = desk.takes === view.code;
  desk.takes = null;
  if (takes) await view.acts.take();
  return {
    title: view.code,
    keys: {
      t: () => view.acts.take(),
      "/": () => view.composer.search(),
      Escape: () => desk.go("/desk"),
    },
    heard: (name, data) => view.heard(name, data),
    focus: () => (takes && view.composer.open ? view.composer.first() : null),
    leave: () => view.leave(),
  };
}

class Case {
  constructor(code, card, desk) {
    this.code = code;
    this.card = card;
    this.desk = desk;
    this.reach = new Reach(this);
    this.talk = new Talk(this);
    this.composer = new Composer(this);
    this.acts = new Acts(this);
    this.notes = new Notes(this);
    this.happened = status({ class: "status happened", id: "happened", tabindex: "-1" });
    this.head = part({ class: "head" }, head, (now) => drawHead(now));
    this.parts = [this.head, this.acts, this.reach, this.talk, this.composer, this.notes, ...packet.parts()];
    const shared = el("div", { class: "shared" }, this.parts.slice(6).map((one) => one.node), this.notes.node);
    this.talking = el("div", { class: "talking", id: "talking" }, this.talk.node, this.reach.node, this.composer.node);
    const jump = button(t("case.to_talk"), () => this.talk.node.scrollIntoView(), { class: "jump" });
    this.node = el("article", { class: "case" }, back(), this.head.node, this.acts.node, this.happened, jump, el("div", { class: "columns" }, shared, this.talking));
    this.update(card);
  }

  /** Show the case as it is now. Who stood on what disappears with it stands at the top. */
  update(card) {
    const within = this.node.contains(document.activeElement);
    this.card = card;
    this.parts.forEach((one) => one.update(card));
    this.talking.hidden = !card.content;
    this.node.classList.toggle("closed", !card.content);
    const held = document.activeElement;
    if (within && (held === document.body || !held.getClientRects().length)) this.node.querySelector("h1").focus({ preventScroll: true });
  }

  /** Do something with the case. Raises Failure, with a sentence that also says what happened meanwhile. */
  async act(name, more = {}) {
    this.happened.textContent = "";
    try {
      this.update(await call("POST", `/cases/${this.code}/${name}`, { version: this.card.version, ...more }));
    } catch (failure) {
      if (failure.status === 409 || failure.status === 404) await this.overtaken(failure);
      throw failure;
    }
  }

  /** Somebody was first: show how it is now, and say it in one sentence. */
  async overtaken(failure) {
    try {
      await this.reload();
    } catch {
      failure.message = t("stale.gone");
      return;
    }
    const { card } = this;
    const name = card.assignee_name || t("who.somebody");
    if (card.assignee && !card.mine) failure.message = t("stale.taken", { name });
    else failure.message = t("stale.state", { state: named("state", card.state) });
  }

  async reload() {
    this.update(await call("GET", `/cases/${this.code}`));
  }

  turned(ball) {
    this.card = { ...this.card, ball };
    this.head.update(this.card);
  }

  /** How this family can be written to, as the server told just now. */
  reaches(reach) {
    this.card = { ...this.card, reach };
    this.reach.update(this.card);
    this.reached();
  }

  reached() {
    this.talk.mark();
    this.composer.update(this.card);
  }

  say(words) {
    this.happened.textContent = words;
    this.happened.focus();
  }

  async heard(name, data) {
    if (data.code !== this.code) return;
    if (name === "message") return this.talk.fetch(data.revised && data.revised - 1).catch(() => {});
    if (name === "alarm" && data.why === "not delivered") return this.talk.fetch(0).catch(() => {});
    if (name !== "case" || !this.differs(data)) return;
    if (data.gone) return this.update({ ...this.card, content: false, gone: true });
    await this.reload().catch(() => {});
  }

  /** Reading a case is on record: it is only read again when there is something new. */
  differs(row) {
    return row.gone || ["version", "urgency", "assignee", "state"].some((name) => row[name] !== this.card[name]);
  }

  leave() {
    this.reach.leave();
    this.composer.leave();
    this.notes.leave();
  }
}

function back() {
  return el("p", { class: "back" }, el("a", { href: "/desk" }, `← ${t("nav.inbox")}`));
}

const SHOWN = ["code", "state", "org_name", "urgency", "reason", "topic_title", "lang", "assignee", "assignee_name", "mine", "content", "gone", "outcome", "agreed", "created_at", "ball"];

function head(card) {
  return SHOWN.map((name) => card[name]);
}

function drawHead(card) {
  const title = el("h1", { tabindex: "-1" }, el("span", { lang: card.topic_title ? "nl" : null }, card.topic_title || t("topic.none")), " ", el("span", { class: "code" }, card.code));
  const facts = el("ul", { class: "badges", role: "list" }, badges(card).map((one) => el("li", {}, one)));
  return [title, facts, holds(card)];
}

function badges(card) {
  return [
    urgency(card),
    named("state", card.state),
    languageName(card.lang, card.lang_name),
    card.org_name,
    t("case.reason", { reason: named("reason", card.reason) }),
    card.outcome && t("case.outcome", { outcome: named("outcome", card.outcome) }),
  ].filter(Boolean);
}

/** Who has it; of a case of somebody else nothing more is shown. */
function holds(card) {
  if (card.gone) return el("p", { class: "holds" }, t("stale.gone"));
  if (card.content && card.mine) return el("p", { class: "holds" }, t(card.ball === "worker" && cases.isOpen(card) ? "case.your_turn" : "case.yours"));
  if (!card.assignee) return el("p", { class: "holds" }, t("case.nobodys"));
  return el("p", { class: "holds" }, t(card.content ? "case.theirs_lead" : "case.theirs", { name: card.assignee_name || t("who.somebody") }));
}
