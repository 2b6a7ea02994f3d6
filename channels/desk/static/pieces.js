// The sentences that were chosen, in order, each with its holes as small fields.

import { button, el, newId } from "./dom.js";
import { both, holeName, plainly } from "./phrases.js";
import { t } from "./words.js";

const MOST = 10;
const LONGEST = 200;
const TYPES = { day: "date", time: "time", phone: "tel" };

export class Pieces {
  /** `names(phrase)`: what its holes begin with; `changed()` hears of every change; `done()`: where one goes on. */
  constructor(names, changed, done) {
    this.done = done;
    this.names = names;
    this.changed = changed;
    this.list = [];
    this.node = el("ol", { class: "pieces", "aria-label": t("pieces"), role: "list", hidden: true });
  }

  get full() {
    return this.list.length >= MOST;
  }

  /** Add a sentence; gives the first hole that is still open. */
  add(phrase, values) {
    const piece = { phrase, values: { ...this.names(phrase), ...values } };
    const inputs = phrase.holes.map((name) => this.hole(piece, name));
    const title = el("p", { lang: "nl" }, plainly(phrase));
    const untranslated = phrase.translated ? null : el("p", { class: "mark" }, t("phrase.untranslated"));
    piece.node = el("li", { "data-key": phrase.key }, title, untranslated, el("div", { class: "holes" }, inputs.map((one) => one.parentNode)), this.tools(piece));
    this.list.push(piece);
    this.node.append(piece.node);
    this.told();
    return inputs.find((input) => !input.value) || null;
  }

  hole(piece, name) {
    const input = el("input", {
      type: TYPES[name] || "text", maxlength: LONGEST, id: newId("hole"), name, required: true, autocomplete: "off", dir: "auto",
      list: name === "organisation" ? "organisations" : null,
    });
    input.value = piece.values[name] || "";
    input.addEventListener("input", () => {
      piece.values[name] = input.value;
      this.told();
    });
    // Enter goes on to what is still open; only Ctrl+Enter sends
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.ctrlKey) return;
      event.preventDefault();
      const gap = this.gap();
      if (gap && gap !== input) gap.focus();
      else this.done();
    });
    el("div", { class: "hole" }, el("label", { for: input.id }, holeName(name)), input);
    return input;
  }

  tools(piece) {
    const move = (by) => {
      const at = this.list.indexOf(piece);
      const to = at + by;
      if (to < 0 || to >= this.list.length) return;
      this.list.splice(to, 0, ...this.list.splice(at, 1));
      this.node.replaceChildren(...this.list.map((one) => one.node));
      piece.node.querySelector(by < 0 ? ".up" : ".down").focus();
      this.told();
    };
    const words = plainly(piece.phrase).slice(0, 40);
    return el(
      "div",
      { class: "row" },
      button("↑", () => move(-1), { class: "up round", "aria-label": t("piece.up", { words }) }),
      button("↓", () => move(1), { class: "down round", "aria-label": t("piece.down", { words }) }),
      button("×", () => this.remove(piece), { class: "round", "aria-label": t("piece.remove", { words }) }),
    );
  }

  remove(piece) {
    this.list = this.list.filter((one) => one !== piece);
    piece.node.remove();
    this.told();
    this.done();
  }

  clear() {
    this.list = [];
    this.node.replaceChildren();
    this.told();
  }

  told() {
    this.node.hidden = !this.list.length;
    this.changed();
  }

  /** The first hole without anything in it. */
  gap() {
    return [...this.node.querySelectorAll("input")].find((input) => !input.value.trim() || !input.checkValidity()) || null;
  }

  /** As the server takes it. */
  value() {
    return this.list.map(({ phrase, values }) => ({ key: phrase.key, with: Object.fromEntries(phrase.holes.map((name) => [name, values[name] || ""])) }));
  }

  /** The lines in Dutch, and in the language of the family. */
  lines(lang) {
    return this.list.map(({ phrase, values }) => both(phrase, values, lang));
  }
}
