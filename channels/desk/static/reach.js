// How words reach a family on WhatsApp: freely for a day after its last message, later, or not at all.

import { cases } from "./cases.js";
import { button, el, spoken } from "./dom.js";
import { t } from "./words.js";

const MARGIN = 120000; // milliseconds: what is sent so shortly before the end would come too late
const LOOK = 5000; // how often the time that is left is looked at
const SOON = 30; // minutes
export const [NOW, LATER, NEVER] = ["now", "later", "never"];

function end(reach) {
  return Date.parse(reach.window_until) - MARGIN;
}

function wayOf(reach) {
  if (!reach) return NOW;
  if (reach.stopped) return NEVER;
  return reach.page || Date.now() < end(reach) ? NOW : LATER;
}


/** Above the composer: how long one can still write freely, or what happens to what is written now. */
export class Reach {
  constructor(view) {
    this.view = view;
    this.way = NOW;
    this.agreed = false; // the worker writes although it waits
    this.refused = null; // the end that the server says has come, whatever the clock here says
    this.page = el("p", { class: "where" }, el("span", { class: "badge" }, t("reach.page")));
    this.left = el("p", { class: "left" });
    this.words = el("p", { class: "words", role: "status" });
    this.call = el("p", {});
    this.write = button(t("reach.write"), () => this.agree(), { id: "write-later" });
    this.node = el("section", { class: "window", "aria-label": t("reach"), tabindex: "-1", hidden: true }, this.page, this.left, this.words, this.call, this.write);
    this.timer = setInterval(() => this.look(), LOOK);
  }

  leave() {
    clearInterval(this.timer);
  }

  update(card) {
    this.card = card;
    this.node.hidden = !card.content || !card.reach || !cases.isOpen(card);
    this.draw();
  }

  /** The server took no words: it knows better what time it is. */
  late() {
    this.refused = this.card.reach?.window_until;
    this.look();
  }

  /** Whether this waits for the family to write back. */
  waits(message) {
    return this.way === LATER && !(Date.parse(message.at) < end(this.card.reach));
  }

  /** Where one goes on while the composer is shut. */
  focus() {
    (this.write.hidden ? this.node : this.write).focus();
  }

  /** Whether one can write now, or has chosen to although it waits. */
  get open() {
    return this.way === NOW || (this.way === LATER && this.agreed);
  }

  /** For who says something that is not read now: why; null when it is. */
  warning() {
    return this.way === NOW ? null : el("p", { class: "mark" }, sentence(this.card.reach, this.way));
  }

  look() {
    if (!this.card?.reach) return;
    const before = this.way;
    this.draw();
    if (this.way !== before) this.view.reached();
  }

  agree() {
    this.agreed = true;
    this.draw();
    this.view.reached();
    this.view.composer.first().focus();
  }

  draw() {
    const { reach } = this.card;
    this.way = reach && reach.window_until === this.refused && wayOf(reach) === NOW ? LATER : wayOf(reach);
    if (this.way !== LATER) this.agreed = false;
    this.page.hidden = !reach?.page;
    this.left.hidden = this.way !== NOW || !reach || reach.page;
    if (!this.left.hidden) this.countDown(Math.ceil((end(reach) - Date.now()) / 60000));
    const words = this.way === NOW ? "" : sentence(reach, this.way);
    if (this.words.textContent !== words) this.words.textContent = words;
    this.drawCall();
    this.write.hidden = this.way !== LATER || this.agreed || !this.view.composer.speaks(this.card);
  }

  countDown(minutes) {
    const time = minutes < 60 ? t("time.minutes", { minutes }) : t("time.hours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
    const words = t("reach.open", { time });
    if (this.left.textContent !== words) this.left.textContent = words;
    this.left.classList.toggle("soon", minutes <= SOON);
  }

  /** The line in which the family said how else it can be reached. */
  drawCall() {
    const line = this.way === NOW ? null : this.card.lines?.find((one) => one.kind === "reach" && one.own);
    this.call.hidden = !line;
    if (line === this.line) return; // somebody may be copying it
    this.line = line;
    this.call.replaceChildren(...(line ? [t("reach.call"), " ", spoken("strong", line.dutch, "nl", "ltr")] : []));
  }
}

function sentence(reach, way) {
  if (way === NEVER) return t("reach.stopped");
  return `${t("reach.over")} ${t(reach.notify ? "reach.notify" : "reach.silent")}`;
}
