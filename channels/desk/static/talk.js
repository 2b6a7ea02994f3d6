// The talk since the family agreed to share: Dutch beside the language of the family.

import { button, el, newId, spoken, status } from "./dom.js";
import { translates } from "./translation.js";
import { call } from "./wire.js";
import { moment, named, t } from "./words.js";

const NEAR = 120; // pixels from the end: whoever reads further up is left there

export class Talk {
  constructor(view) {
    this.view = view;
    this.log = el("div", { class: "log", role: "log", tabindex: "0", "aria-live": "polite", "aria-label": t("talk") });
    this.empty = el("p", {}, t("talk.empty"));
    this.node = el("section", { class: "talk", "aria-label": t("talk") }, el("h2", {}, t("talk")), this.empty, this.log);
    this.shown = new Map();
  }

  update(card) {
    if (!card.content || !card.messages.length) this.clear();
    this.add(card.messages || []);
    this.empty.hidden = this.shown.size > 0;
    this.log.hidden = !this.shown.size;
  }

  clear() {
    this.shown.clear();
    this.log.replaceChildren();
  }

  last() {
    return Math.max(0, ...this.shown.keys());
  }

  /** What came after this number, and how the family can be written to now. */
  async fetch(after = this.last()) {
    if (!this.view.card.content) return [];
    const { messages, reach } = await call("GET", `/cases/${this.view.code}/messages?after=${after}`);
    this.view.reaches(reach);
    this.add(messages);
    this.empty.hidden = this.shown.size > 0;
    this.log.hidden = !this.shown.size;
    this.turn(messages);
    return messages;
  }

  /** Whose turn it is, after what was said last. */
  turn(messages) {
    const last = messages.filter((one) => one.author === "family" || one.author === "worker").pop();
    if (last) this.view.turned(last.author === "family" ? "worker" : "family");
  }

  /** Show what is new, and what became different in its own place. */
  add(messages) {
    const fresh = messages.filter((message) => this.shown.get(message.seq)?.as !== JSON.stringify(message));
    const follow = !this.shown.size || this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR;
    for (const message of fresh) {
      const node = bubble(message, this.view.code);
      this.place(node, this.shown.get(message.seq)?.node);
      this.shown.set(message.seq, { node, message, as: JSON.stringify(message) });
    }
    this.mark();
    if (fresh.length && follow) requestAnimationFrame(() => (this.log.scrollTop = this.log.scrollHeight));
  }

  place(node, before) {
    if (!before) return this.log.append(node);
    const within = before.contains(document.activeElement);
    before.replaceWith(node);
    if (within) this.log.focus({ preventScroll: true });
  }

  /** Say of each message whether it still waits for the family to write back. */
  mark() {
    for (const { node, message } of this.shown.values()) {
      const waits = node.querySelector(".waits");
      if (waits) waits.hidden = !this.view.reach.waits(message);
    }
  }
}

function bubble(message, code) {
  const { author, lang, dutch, text } = message;
  const name = author === "worker" && message.worker ? message.worker : t(`author.${author}`);
  const head = el("p", { class: "who" }, el("bdi", {}, name), " · ", el("time", { datetime: message.at }, moment(message.at)));
  const theirs = spoken("div", text, lang, message.dir, { class: "theirs" });
  const both = dutch && lang !== "nl";
  const body = both ? [spoken("div", dutch, "nl", "ltr", { class: "dutch" }), theirs] : [theirs];
  const pair = text ? el("div", { class: "pair" }, body) : null;
  const offer = text && author === "family" && !dutch && translates(lang) ? inDutch(message, code, pair, theirs) : null;
  const waits = author === "family" ? null : el("p", { class: "waits", hidden: true }, t("talk.waits"));
  return el("article", { class: `message ${author}`, "data-seq": message.seq }, head, became(message), pair, offer || (text && mark(message)), waits);
}

/** What is not in the words: that something was sent and not kept, taken back, changed, or did not arrive. */
function became({ kind, revoked, edited, undelivered }) {
  const marks = [
    revoked && t("talk.revoked"),
    kind && !revoked && named("kind", kind),
    edited && !revoked && t("talk.edited"),
    undelivered && t("talk.undelivered"),
  ];
  return marks.filter(Boolean).map((words) => el("p", { class: "became" }, `(${words})`));
}

/** Words of the family, and a button that puts a translation beside them. They themselves stay as they are. */
function inDutch(message, code, pair, theirs) {
  theirs.id = newId("theirs");
  const said = status();
  const words = el("p", { class: "mark" }, t("talk.family_words"));
  let asking = false;
  const ask = button(t("talk.translate"), async () => {
    if (asking) return;
    asking = true;
    ask.setAttribute("aria-disabled", "true");
    said.textContent = t("translate.busy");
    said.classList.remove("failed");
    try {
      const told = await call("POST", "/translate", { code, text: message.text, to: "dutch", lang: message.lang });
      const dutch = spoken("div", told.text, "nl", "ltr", { class: "dutch machine", tabindex: "-1" });
      pair.prepend(dutch);
      words.textContent = t("talk.machine");
      said.textContent = "";
      if (document.activeElement === ask) dutch.focus();
      ask.remove();
    } catch (failure) {
      said.textContent = failure.message;
      said.classList.add("failed");
    }
    asking = false;
    ask.removeAttribute("aria-disabled");
  }, { "aria-describedby": theirs.id });
  return el("div", {}, words, ask, said);
}

/** What was not translated says so, and what a computer translated. */
function mark({ author, lang, untranslated, machine_translated: machine, dutch }) {
  if (author === "family") return lang === "nl" ? null : el("p", { class: "mark" }, t("talk.family_words"));
  if (machine) return el("p", { class: "mark" }, t("talk.machine_sent"));
  if (untranslated && lang !== "nl") return el("p", { class: "mark" }, t("talk.untranslated"));
  if (!dutch && lang !== "nl") return el("p", { class: "mark" }, t("talk.no_dutch"));
  return null;
}
