// Writing to the family: sentences of the phrasebook in its language, and free words as they are.

import { el, field } from "./dom.js";
import * as drafts from "./drafts.js";
import { book, tidy } from "./phrases.js";
import { Picker } from "./picker.js";
import { Pieces } from "./pieces.js";
import { preview } from "./preview.js";
import { LATER } from "./reach.js";
import { me } from "./seat.js";
import { Translation, translates } from "./translation.js";
import { call } from "./wire.js";
import { t } from "./words.js";

const SPEAKING = new Set(["active", "asked_transfer", "offered_transfer"]);
const LONGEST = 4000;
const CLOSING = "outcome"; // these sentences go with the end of a case

/** What a hole begins with: the worker and the organisation where the sentence means this worker and this one. */
export function begins(card) {
  return (phrase) => ({
    worker: phrase.key === "phrase.wait.colleague" ? "" : me().name,
    organisation: phrase.group === "greet" || phrase.key === "phrase.close.need_us_sooner" ? card.org_name : "",
  });
}

/** The names of organisations, offered in every hole that asks for one. */
export async function offerOrganisations() {
  if (document.getElementById("organisations")) return;
  const list = el("datalist", { id: "organisations" });
  document.body.append(list);
  const { organisations } = await call("GET", "/organisations").catch(() => ({ organisations: [] }));
  list.append(...organisations.map((one) => el("option", { value: one.name })));
}

export class Composer {
  constructor(view) {
    this.view = view;
    this.open = false;
    this.place = el("div", {});
    this.pieces = new Pieces((phrase) => begins(view.card)(phrase), () => this.changed(), () => this.first().focus());
    this.input = el("textarea", { rows: "3", maxlength: LONGEST, dir: "auto", id: "free" });
    this.input.addEventListener("input", () => this.changed());
    this.translation = new Translation(view.code, this.input, () => tidy(this.input.value), () => this.changed());
    this.shows = el("div", { class: "preview", role: "group", "aria-label": t("preview") });
    this.error = el("p", { class: "error", role: "alert" });
    this.button = el("button", { type: "submit", class: "main", "aria-keyshortcuts": "Control+Enter" }, t("send"));
    const hint = view.card.lang === "nl" ? null : translates(view.card.lang) ? t("free.hint_translated") : t("free.hint");
    const end = el("p", { class: "row" }, this.button, el("span", { class: "small" }, t("send.hint")));
    const words = [this.place, this.pieces.node, field(t("free"), this.input, hint), this.translation.node, this.shows];
    this.fields = el("fieldset", { class: "plain" }, words, this.error, end);
    this.node = el("form", { class: "composer", "aria-label": t("composer"), hidden: true, novalidate: true }, el("h2", {}, t("composer")), this.fields);
    this.node.addEventListener("submit", (event) => this.send(event));
    this.node.addEventListener("keydown", (event) => event.key === "Enter" && event.ctrlKey && this.send(event));
  }

  /** Only the worker who has the case writes. */
  speaks(card) {
    return card.content && card.assignee === me()?.id && SPEAKING.has(card.state);
  }

  /** What was typed before something changed stays in sight. */
  update(card) {
    const speaks = this.speaks(card);
    this.open = speaks && this.view.reach.open;
    this.translation.update(card);
    if (speaks) this.begin(card);
    this.node.hidden = !speaks && !this.typed();
    this.lock(speaks && !this.open);
    this.button.disabled = !this.open;
    this.button.textContent = t(this.view.reach.way === LATER ? "send.waits" : "send");
    if (!speaks && this.typed()) this.error.textContent = t("send.not_now");
    else if (this.error.textContent === t("send.not_now")) this.error.textContent = "";
  }

  /** Shut while words would not reach the family; whoever was writing is led to what can be done. */
  lock(shut) {
    const within = this.fields.contains(document.activeElement);
    this.fields.disabled = shut;
    if (shut && within) this.view.reach.focus();
  }

  typed() {
    return Boolean(this.pieces.list.length || this.input.value.trim());
  }

  begin(card) {
    if (this.begun) return;
    this.begun = this.fetch(card).catch((failure) => {
      this.begun = null;
      this.error.textContent = failure.message;
    });
  }

  async fetch(card) {
    const draft = drafts.read(this.view.code);
    this.input.value = draft.text || this.input.value;
    const known = await book(card.lang);
    offerOrganisations();
    const useful = [...known.values()].filter((one) => one.group !== CLOSING);
    this.picker = new Picker(useful, (phrase) => this.pick(phrase), t("phrases"));
    this.place.replaceChildren(this.picker.node);
    for (const one of draft.phrases || []) if (known.has(one.key)) this.pieces.add(known.get(one.key), one.with);
    this.changed();
    if (this.wanted) this.picker.input.focus();
    this.wanted = false;
  }

  /** Where writing begins. Before the phrasebook is here, the focus waits for it. */
  first() {
    if (this.fields.disabled) return this.view.reach;
    this.wanted = !this.picker;
    return this.picker ? this.picker.input : this.input;
  }

  search() {
    if (!this.open) return false;
    this.first().focus();
    return true;
  }

  pick(phrase) {
    if (this.pieces.full) {
      this.error.textContent = t("pieces.full");
      return;
    }
    const gap = this.pieces.add(phrase);
    (gap || this.picker.input).focus();
  }

  changed() {
    const { lang } = this.view.card;
    this.translation.draw();
    preview(this.shows, this.pieces.lines(lang), tidy(this.input.value), lang, this.translation.current);
    if (this.begun) this.leave();
  }

  leave() {
    if (me() && this.picker) drafts.keep(this.view.code, { phrases: this.pieces.value(), text: this.input.value });
  }

  async send(event) {
    event.preventDefault();
    if (this.sending || !this.open) return;
    this.error.textContent = "";
    if (!this.typed()) return this.first().focus();
    const gap = this.pieces.gap();
    if (gap) {
      this.error.textContent = t("send.holes");
      return gap.focus();
    }
    if (this.translation.hindrance) {
      this.error.textContent = this.translation.hindrance;
      return this.translation.button.focus();
    }
    this.sending = true;
    this.button.setAttribute("aria-disabled", "true");
    const before = this.view.talk.last();
    const waits = this.view.reach.way === LATER;
    const body = { phrases: this.pieces.value(), text: this.input.value.trim(), waits, ...this.translation.value() };
    try {
      await this.view.act("message", body);
      this.sent();
    } catch (failure) {
      if (failure.status === 0 && (await this.arrived(before))) this.sent();
      else this.error.textContent = failure.message;
      if (failure.error === "window_over") this.view.reach.late();
      if (failure.error === "stopped") await this.view.talk.fetch().catch(() => {});
    } finally {
      this.sending = false;
      this.button.removeAttribute("aria-disabled");
    }
  }

  /** No answer came. Did the message arrive all the same? Then it must not go out twice. */
  async arrived(before) {
    const dutch = [...this.pieces.lines("nl").map(([one]) => one), tidy(this.input.value)].filter(Boolean).join("\n");
    const fresh = await this.view.talk.fetch(before).catch(() => []);
    return fresh.some((message) => message.author === "worker" && message.dutch === dutch);
  }

  sent() {
    this.input.value = "";
    this.translation.forget();
    this.pieces.clear();
    drafts.keep(this.view.code, { phrases: [], text: "" });
    document.getElementById("told").textContent = t(this.view.reach.way === LATER ? "sent.waits" : "sent");
    this.first().focus();
  }
}
