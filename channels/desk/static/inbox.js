// The inbox: the most urgent first, then the oldest. It changes by itself; focus and place on the screen do not.

import { cases, inOrder, load } from "./cases.js";
import { button, el } from "./dom.js";
import * as filters from "./filters.js";
import { Rows } from "./rows.js";
import { home } from "./seat.js";
import { t } from "./words.js";

const MINUTE = 60000;
let last = ""; // the case that was opened last: there the focus comes back
let lastScroll = 0;

export async function inbox(place, _match, desk) {
  if (home() !== "/desk") return desk.go(home(), { replace: true });
  const view = new Inbox(place, desk);
  await view.fetch();
  view.draw();
  const clock = setInterval(() => view.rows.age(), MINUTE);
  return {
    title: t("nav.inbox"),
    keys: view.keys(),
    heard: (name) => name === "case" && view.soon(),
    focus: () => view.rows.focusOn(last),
    ready: () => last && scrollTo(0, lastScroll),
    leave: () => {
      clearInterval(clock);
      lastScroll = scrollY;
    },
  };
}

class Inbox {
  constructor(place, desk) {
    this.desk = desk;
    this.wanted = filters.fromAddress();
    this.rows = new Rows((code) => (last = code));
    this.tabs = el("div", { class: "tabs", role: "group", "aria-label": t("filter.who") });
    this.pickers = el("div", { class: "pickers", role: "group", "aria-label": t("filter") });
    this.count = el("p", { class: "count", role: "status" });
    place.append(el("h1", { tabindex: "-1" }, t("nav.inbox")), this.tabs, this.pickers, this.count, this.rows.node);
    this.pending = false;
  }

  async fetch() {
    if (this.wanted.show === "done") await load("done");
  }

  all() {
    return cases.all(this.wanted.show === "done" ? "done" : "open");
  }

  /** Several changes at once are drawn once. */
  soon() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.draw();
    });
  }

  draw() {
    performance.mark("inbox");
    const all = this.all();
    const list = inOrder(all.filter((row) => filters.fits(row, this.wanted)));
    this.drawTabs(filters.counts(all, this.wanted));
    this.drawPickers(all);
    const said = list.length ? t(list.length === 1 ? "inbox.one" : "inbox.count", { count: list.length }) : t("inbox.empty");
    if (this.count.textContent !== said) this.count.textContent = said;
    this.rows.show(list);
    performance.measure("inbox.draw", "inbox");
  }

  drawTabs(counts) {
    const made = ["all", "mine", "free"].map((who) => [`who-${who}`, `${t(`who.${who}`)} (${counts[who]})`, this.wanted.who === who, { who }]);
    const done = this.wanted.show === "done";
    made.push(["show-done", t("show.done"), done, { show: done ? "open" : "done" }]);
    for (const [id, words, pressed, wish] of made) {
      const node = this.tabs.querySelector(`#${id}`) || button("", () => {}, { id });
      if (node.textContent !== words) node.textContent = words;
      node.setAttribute("aria-pressed", String(pressed));
      node.onclick = () => this.change(wish);
      if (!node.parentNode) this.tabs.append(node);
    }
  }

  /** Only drawn when there is something else to choose: a list that is open must not close. */
  drawPickers(all) {
    const made = filters.pickers(all, this.wanted, (name, value) => this.change({ [name]: value }));
    const now = made.map((node) => `${node.innerText || node.textContent}=${node.value}`).join("|");
    if (now === this.offered) return;
    this.offered = now;
    const focused = this.pickers.contains(document.activeElement) ? document.activeElement.id : "";
    this.pickers.replaceChildren(...made);
    if (focused) document.getElementById(focused)?.focus();
  }

  async change(wish) {
    const list = this.wanted.show;
    this.wanted = { ...this.wanted, ...wish };
    history.replaceState(null, "", filters.toAddress(this.wanted));
    if (this.wanted.show !== list) await this.fetch();
    this.rows.limit();
    this.draw();
  }

  keys() {
    return {
      j: () => this.rows.step(1),
      k: () => this.rows.step(-1),
      t: () => this.take(),
    };
  }

  /** Open the case on which the focus is, and take it there: whoever takes a case reads it. */
  take() {
    const link = this.rows.current();
    if (!link) return false;
    this.desk.takes = link.dataset.code;
    return this.desk.go(link.getAttribute("href"));
  }
}
