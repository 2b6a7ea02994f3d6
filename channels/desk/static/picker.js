// Finding a sentence with the keyboard: type, arrows, Enter. A combobox with a list under it.

import { el, field, newId, select } from "./dom.js";
import { found, plainly } from "./phrases.js";
import { named, t } from "./words.js";

const MOST = 60;

export class Picker {
  /** `phrases`: what can be chosen; `picked(phrase)` hears of each choice. */
  constructor(phrases, picked, label) {
    this.phrases = phrases;
    this.picked = picked;
    this.options = [];
    this.at = -1;
    this.list = el("ul", { role: "listbox", id: newId("phrases"), "aria-label": label, class: "options", hidden: true });
    this.input = el("input", {
      type: "text", role: "combobox", id: newId("search"), autocomplete: "off", maxlength: "100",
      "aria-controls": this.list.id, "aria-expanded": "false", "aria-autocomplete": "list",
    });
    const groups = [...new Set(phrases.map((one) => one.group))];
    this.group = select([["", t("group.all")], ...groups.map((one) => [one, named("group", one)])], "", { "aria-label": t("group") });
    this.count = el("span", { class: "unseen", role: "status" });
    this.node = el("div", { class: "picker" }, el("div", { class: "finder" }, field(label, this.input), this.group), this.count, this.list);
    this.listen();
  }

  listen() {
    this.input.addEventListener("input", () => this.show());
    this.input.addEventListener("focus", () => this.input.value && this.show());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.group.addEventListener("change", () => this.show());
    this.node.addEventListener("focusout", (event) => this.node.contains(event.relatedTarget) || this.hide());
    // the focus stays in the field while a mouse chooses
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const at = this.options.indexOf(event.target.closest("[role=option]"));
      if (at >= 0) this.choose(at);
    });
  }

  show() {
    const fits = found(this.phrases, this.input.value, this.group.value).slice(0, MOST);
    this.options = fits.map((one) => option(one));
    this.list.replaceChildren(...this.options);
    this.shown = fits;
    this.list.hidden = !fits.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.count.textContent = t(fits.length === 1 ? "phrases.one" : "phrases.count", { count: fits.length });
    this.mark(this.input.value && fits.length ? 0 : -1);
  }

  hide() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.mark(-1);
  }

  mark(at) {
    this.options[this.at]?.setAttribute("aria-selected", "false");
    this.at = at;
    const node = this.options[at];
    if (!node) return this.input.removeAttribute("aria-activedescendant");
    node.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", node.id);
    const [top, bottom] = [node.offsetTop, node.offsetTop + node.offsetHeight];
    if (top < this.list.scrollTop) this.list.scrollTop = top;
    if (bottom > this.list.scrollTop + this.list.clientHeight) this.list.scrollTop = bottom - this.list.clientHeight;
  }

  key(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) return this.show();
      const next = this.at + (event.key === "ArrowDown" ? 1 : -1);
      this.mark((next + this.options.length) % this.options.length);
    } else if (event.key === "Enter" && !event.ctrlKey) {
      event.preventDefault(); // a form is never sent from here
      if (!this.list.hidden && this.at >= 0) this.choose(this.at);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      this.hide();
    }
  }

  choose(at) {
    const phrase = this.shown[at];
    this.input.value = "";
    this.hide();
    this.picked(phrase);
  }
}

function option(phrase) {
  const group = el("span", { class: "small" }, named("group", phrase.group));
  return el("li", { role: "option", id: newId("phrase"), "aria-selected": "false", "data-key": phrase.key }, el("span", { lang: "nl" }, plainly(phrase)), " ", group);
}
