// The worker's own words translated, with a translation back beside it: none of it is sent before it was seen.

import { button, el, status } from "./dom.js";
import { column } from "./preview.js";
import { me } from "./seat.js";
import { call } from "./wire.js";
import { languageName, t } from "./words.js";

/** Whether words in this language can be translated here. */
export function translates(lang) {
  return Boolean(me()?.translates) && lang !== "nl";
}

export class Translation {
  /** `input`: where one types; `words()`: what stands there now; `changed()` hears when the translation is another. */
  constructor(code, input, words, changed) {
    Object.assign(this, { code, input, words, changed });
    this.told = null; // the last answer of the service, and the words it is a translation of
    this.button = button(t("translate"), () => this.ask(), { class: "translate" });
    this.drop = button(t("translate.drop"), () => this.without(), { hidden: true });
    this.status = status();
    this.box = el("div", { class: "translation", role: "group", tabindex: "-1", "aria-label": t("translation"), hidden: true });
    this.node = el("div", {}, el("p", { class: "row" }, this.button, this.drop), this.status, this.box);
  }

  update(card) {
    this.node.hidden = !translates(card.lang);
    if (this.node.hidden) this.forget();
  }

  /** The translation of exactly what is typed now, or null. */
  get current() {
    return this.told?.of === this.words() ? this.told : null;
  }

  /** Why nothing can be sent now: it is being translated, or what is typed is no longer what was translated. */
  get hindrance() {
    if (this.asking) return t("translate.busy");
    return this.told && !this.current ? t("translate.again") : "";
  }

  /** As the server takes it. */
  value() {
    return this.current ? { translated: this.current.text, target: this.current.target } : {};
  }

  forget() {
    this.told = null;
    this.draw();
  }

  without() {
    this.forget();
    this.changed();
    this.input.focus();
  }

  async ask() {
    const of = this.words();
    if (this.asking) return;
    if (!of) return this.input.focus();
    this.busy(true);
    let failed = "";
    try {
      this.told = { of, ...(await call("POST", "/translate", { code: this.code, text: of, to: "family" })) };
    } catch (failure) {
      this.told = null;
      failed = failure.message;
    }
    this.busy(false);
    this.changed();
    this.status.classList.toggle("failed", Boolean(failed));
    if (failed) this.status.textContent = failed;
    else if (this.current && document.activeElement === this.button) this.box.focus();
  }

  busy(asking) {
    this.asking = asking;
    if (asking) this.button.setAttribute("aria-disabled", "true");
    else this.button.removeAttribute("aria-disabled");
    this.draw();
  }

  /** Show how it is now. */
  draw() {
    if (!this.words()) this.told = null;
    const now = this.current;
    this.status.textContent = this.hindrance;
    this.drop.hidden = !this.told;
    this.box.hidden = !now;
    if (!now || now === this.shown) return;
    this.shown = now;
    const there = column(t("translate.in", { lang: languageName(now.target) }), now.text, now.target, "theirs");
    const back = column(t("translate.back"), now.back, "nl", "dutch");
    this.box.replaceChildren(there, back, el("p", { class: "mark" }, t("translate.check")));
  }
}
