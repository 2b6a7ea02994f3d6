// Notes for colleagues. What is being typed is kept in this tab until it is saved.

import { el, field, part, status } from "./dom.js";
import * as drafts from "./drafts.js";
import { leads, me } from "./seat.js";
import { moment, t } from "./words.js";

const LONGEST = 4000;

export class Notes {
  constructor(view) {
    this.view = view;
    this.list = part({}, (card) => [card.content, card.notes], drawNotes);
    this.input = el("textarea", { rows: "2", maxlength: LONGEST, dir: "auto", id: "note" });
    this.input.value = drafts.read(view.code).note || "";
    this.input.addEventListener("input", () => this.leave());
    this.said = status();
    const save = el("button", { type: "submit" }, t("note.save"));
    this.form = el("form", { submit: (event) => this.save(event) }, field(t("note.new"), this.input, t("note.hint")), save, this.said);
    this.node = el("section", { class: "notes", "aria-label": t("notes") }, el("h2", {}, t("notes")), this.list.node, this.form);
  }

  update(card) {
    this.list.update(card);
    this.form.hidden = !(card.assignee === me()?.id || leads(card.org));
    this.node.hidden = !card.content || (this.form.hidden && !card.notes.length);
  }

  leave() {
    if (me()) drafts.keep(this.view.code, { note: this.input.value });
  }

  async save(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    if (!text) return this.input.focus();
    this.said.textContent = "";
    try {
      await this.view.act("note", { text });
      this.input.value = "";
      this.leave();
      this.said.textContent = t("note.saved");
    } catch (failure) {
      this.said.textContent = failure.message;
    }
  }
}

function drawNotes(card) {
  if (!card.content || !card.notes.length) return [];
  const items = card.notes.map((note) => el("li", {}, el("p", { class: "who" }, el("bdi", {}, note.worker), ` · ${moment(note.created_at)}`), el("p", { class: "text", dir: "auto" }, note.text)));
  return [el("ol", { class: "notelist", role: "list" }, items)];
}
