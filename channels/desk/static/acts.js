// What can be done with a case now, and the questions that come before it.

import { closing } from "./closing.js";
import { ask } from "./dialog.js";
import { button, el, field, part, select } from "./dom.js";
import { leads, me } from "./seat.js";
import { call } from "./wire.js";
import { fromDutch, languageName, t, toDutch } from "./words.js";

const WAITING = new Set(["queued", "left", "callback"]);
const HOUR = 3600000;

/** Which acts this worker has on this case, most used first. */
function possible(card) {
  const mine = card.assignee === me()?.id;
  if (!card.content || card.gone) return [];
  const found = [];
  if (WAITING.has(card.state)) found.push("take");
  if (card.parent && (card.state === "queued" || card.state === "left")) found.push("decline");
  if (mine && card.state === "active") found.push("close", "plan", "colleague", "transfer", "release");
  if (mine && card.state === "callback") found.push("close", "plan");
  if ((mine || leads(card.org)) && card.state === "active") found.push("block");
  return found;
}

export class Acts {
  constructor(view) {
    this.view = view;
    const bar = part({ class: "acts", "aria-label": t("acts") }, (card) => possible(card), (card) => possible(card).map((name) => this.button(name)));
    this.node = bar.node;
    this.update = (card) => bar.update(card);
  }

  button(name) {
    const looks = { take: "main", block: "danger quiet" }[name] || "";
    return button(t(`act.${name}`), () => this[name](), { class: looks, "data-act": name, "data-id": name });
  }

  has(name) {
    return possible(this.view.card).includes(name);
  }

  async take() {
    if (!this.has("take")) return;
    try {
      await this.view.act("take");
      this.view.composer.first().focus();
    } catch (failure) {
      this.view.say(failure.message);
    }
  }

  release() {
    this.ask("release", [], () => ({}));
  }

  /** One question, one act. `body` reads the fields. */
  ask(name, fields, body, more = {}) {
    ask({
      title: t(`act.${name}`),
      lead: t(`${name}.lead`),
      submit: t(`${name}.submit`),
      fields,
      run: () => this.view.act(name, body()),
      ...more,
    });
  }

  async colleague() {
    const { card } = this.view;
    const found = await this.known("/colleagues", "colleagues");
    const others = found.filter((one) => one.id !== me().id && one.orgs.includes(card.org));
    const words = (one) => `${one.name}${one.languages.includes(card.lang) ? ` (${t("colleague.speaks", { lang: languageName(card.lang) })})` : ""}`;
    const options = others.sort((a, b) => b.languages.includes(card.lang) - a.languages.includes(card.lang)).map((one) => [String(one.id), words(one)]);
    const picker = select([["", t("choose")], ...options]);
    this.ask("colleague", [field(t("colleague.whom"), picker)], () => ({ worker: Number(picker.value) }));
  }

  async transfer() {
    const found = await this.known("/organisations", "organisations");
    const options = found.filter((one) => one.slug !== this.view.card.org).map((one) => [one.slug, one.name]);
    const picker = select([["", t("choose")], ...options]);
    this.ask("transfer", [field(t("transfer.whom"), picker)], () => ({ org: picker.value }));
  }

  async known(path, name) {
    try {
      return (await call("GET", path))[name];
    } catch (failure) {
      this.view.say(failure.message);
      return [];
    }
  }

  plan() {
    const least = toDutch(Date.now());
    const input = el("input", { type: "datetime-local", min: least, value: `${toDutch(Date.now() + HOUR).slice(0, 13)}:00` });
    this.ask("plan", [field(t("plan.when"), input, t("plan.hint"))], () => ({ moment: fromDutch(input.value) }));
  }

  close() {
    closing(this.view);
  }

  decline() {
    this.ask("decline", [], () => ({}), { danger: true });
  }

  /** Asked twice: the family gets no more answer here. */
  block() {
    const sure = el("input", { type: "checkbox" });
    const box = field(t("block.sure"), sure);
    box.classList.add("check");
    const run = async () => {
      if (!sure.checked) throw new Error(t("block.first"));
      await this.view.act("block");
    };
    this.ask("block", [box], () => ({}), { danger: true, run });
  }
}
