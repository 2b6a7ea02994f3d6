// The end of a case: how it ended, and the next step that the family reads in its own language.

import { begins, offerOrganisations } from "./composer.js";
import { ask } from "./dialog.js";
import { el, field, newId } from "./dom.js";
import * as drafts from "./drafts.js";
import { book, both, holeName, tidy } from "./phrases.js";
import { Picker } from "./picker.js";
import { Pieces } from "./pieces.js";
import { preview } from "./preview.js";
import { named, t } from "./words.js";

const GROUP = "outcome";
const LONGEST = 4000;

export async function closing(view) {
  let known;
  try {
    known = await book(view.card.lang);
  } catch (failure) {
    view.say(failure.message);
    return;
  }
  offerOrganisations();
  new Closing(view, known).ask();
}

class Closing {
  constructor(view, known) {
    this.view = view;
    this.lang = view.card.lang;
    this.known = known;
    this.outcome = "";
    this.values = {};
    this.holes = el("div", { class: "holes" });
    this.shows = el("div", { class: "preview", role: "group", "aria-label": t("preview") });
    this.pieces = new Pieces(begins(view.card), () => this.changed(), () => this.picker.input.focus());
    const useful = [...known.values()].filter((one) => one.group !== GROUP);
    this.picker = new Picker(useful, (phrase) => this.pick(phrase), t("close.next"));
    this.words = el("textarea", { rows: "2", maxlength: LONGEST, dir: "auto", id: "next-words" });
    this.words.addEventListener("input", () => this.changed());
  }

  ask() {
    this.restore();
    ask({
      title: t("act.close"),
      lead: t("close.lead"),
      submit: t("close.submit"),
      fields: [this.view.reach.warning(), this.outcomes(), this.holes, this.picker.node, this.pieces.node, field(t("close.words"), this.words, this.lang === "nl" ? null : t("free.hint")), this.shows],
      run: () => this.run(),
    }).classList.add("wide");
    this.changed();
  }

  /** What was typed before the dialog was shut is there again. */
  restore() {
    this.words.value = drafts.read(this.view.code).closing || "";
  }

  outcomes() {
    const group = newId("outcome");
    const items = [...this.known.values()].filter((one) => one.group === GROUP).map((phrase) => {
      const name = phrase.key.split(".").pop();
      const input = el("input", { type: "radio", name: group, value: name, id: newId("radio") });
      input.addEventListener("change", () => this.choose(name, phrase));
      return el("div", { class: "check" }, input, el("label", { for: input.id }, named("outcome", name)));
    });
    return el("fieldset", {}, el("legend", {}, t("close.outcome")), el("div", { class: "boxes" }, items));
  }

  choose(name, phrase) {
    this.outcome = name;
    this.phrase = phrase;
    this.values = {};
    this.holes.replaceChildren(...phrase.holes.map((hole) => this.hole(hole)));
    this.changed();
  }

  hole(name) {
    const input = el("input", { type: "text", maxlength: "200", name, autocomplete: "off", dir: "auto", list: name === "organisation" ? "organisations" : null });
    input.addEventListener("input", () => {
      this.values[name] = input.value;
      this.changed();
    });
    return field(holeName(name), input);
  }

  pick(phrase) {
    if (this.pieces.full) return;
    (this.pieces.add(phrase) || this.picker.input).focus();
  }

  changed() {
    const first = this.phrase ? [both(this.phrase, this.values, this.lang)] : [];
    preview(this.shows, [...first, ...this.pieces.lines(this.lang)], tidy(this.words.value), this.lang);
    drafts.keep(this.view.code, { closing: this.words.value });
  }

  async run() {
    if (!this.outcome) throw new Error(t("close.choose"));
    const empty = [...this.holes.querySelectorAll("input")].find((input) => !input.value.trim()) || this.pieces.gap();
    if (empty) {
      empty.focus();
      throw new Error(t("send.holes"));
    }
    if (!this.pieces.list.length && !this.words.value.trim()) throw new Error(t("close.step"));
    const body = { outcome: this.outcome, values: this.values, next: this.pieces.value(), words: this.words.value.trim() };
    await this.view.act("close", body);
    drafts.keep(this.view.code, { closing: "" });
  }
}
