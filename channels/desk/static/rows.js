// The list of cases: each case one link. A row that changes keeps its element, so focus and scroll survive.

import { helped } from "./cases.js";
import { button, el } from "./dom.js";
import { away, languageName, named, t } from "./words.js";

const FIRST = 100;
const MORE = 200;

export class Rows {
  constructor(opened) {
    this.opened = opened;
    this.drawn = new Map(); // code → {node, link, seen}
    this.list = [];
    this.most = FIRST;
    this.items = el("ol", { class: "rows", role: "list" });
    this.further = button("", () => this.more(true), { class: "more", id: "more" });
    this.node = el("div", {}, this.items, this.further);
    new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && this.more(false), { rootMargin: "600px" }).observe(this.further);
  }

  limit() {
    this.most = FIRST;
  }

  show(list) {
    this.list = list;
    const fixed = this.fixed();
    const wanted = list.slice(0, this.most);
    const codes = new Set(wanted.map((row) => row.code));
    this.drawn.forEach((one, code) => codes.has(code) || this.drop(code, one));
    let cursor = this.items.firstChild;
    for (const row of wanted) {
      const { node } = this.row(row);
      if (node === cursor) cursor = cursor.nextSibling;
      else this.move(node, cursor);
    }
    const left = list.length - wanted.length;
    this.further.hidden = !left;
    this.further.textContent = t("inbox.more", { count: left });
    this.steady(fixed);
  }

  /** Moving an element takes its focus away; it gets it back. */
  move(node, before) {
    const focused = node.contains(document.activeElement);
    this.items.insertBefore(node, before);
    if (focused) node.firstChild.focus({ preventScroll: true });
  }

  /** The row on which the focus was is gone: the focus goes to its neighbour. */
  drop(code, { node }) {
    if (node.contains(document.activeElement)) {
      (node.nextSibling || node.previousSibling)?.firstChild.focus({ preventScroll: true });
    }
    node.remove();
    this.drawn.delete(code);
  }

  /** The row that must stay where it is on the screen: the one with the focus, else the first in sight. */
  fixed() {
    if (!scrollY) return null;
    const focused = document.activeElement.closest?.(".rows > li");
    const node = focused || [...this.items.children].find((one) => one.getBoundingClientRect().bottom > 0);
    return node && { node, top: node.getBoundingClientRect().top };
  }

  steady(fixed) {
    if (fixed?.node.isConnected) scrollBy({ top: fixed.node.getBoundingClientRect().top - fixed.top, behavior: "instant" });
  }

  more(asked) {
    const first = this.items.children.length;
    if (first >= this.list.length) return;
    this.most += MORE;
    this.show(this.list);
    if (asked) this.items.children[first]?.firstChild.focus();
  }

  row(row) {
    const now = JSON.stringify(row);
    let one = this.drawn.get(row.code);
    if (!one) {
      const link = el("a", { href: `/desk/c/${row.code}`, "data-code": row.code, click: () => this.opened(row.code) });
      one = { node: el("li", {}, link), link, seen: "" };
      this.drawn.set(row.code, one);
    }
    if (one.seen !== now) {
      one.seen = now;
      one.link.className = `u${row.urgency}`;
      one.link.replaceChildren(...cells(row));
    }
    return one;
  }

  /** Time goes on. */
  age() {
    this.items.querySelectorAll("time").forEach((node) => (node.textContent = away(node.dateTime)));
  }

  links() {
    return [...this.items.querySelectorAll("a")];
  }

  step(by) {
    const links = this.links();
    if (!links.length) return false;
    const at = links.indexOf(document.activeElement);
    const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + by))];
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  current() {
    return document.activeElement.closest?.(".rows a");
  }

  focusOn(code) {
    return this.drawn.get(code)?.link;
  }
}

function cells(row) {
  const who = row.mine ? t("who.me") : row.assignee ? row.assignee_name || t("who.somebody") : t(helped(row) ? "who.before" : "who.nobody");
  return [
    urgency(row),
    el("span", { class: "topic", lang: row.topic_title ? "nl" : null }, row.topic_title || subject(row)),
    el("span", { class: "code" }, row.code),
    el("span", {}, languageName(row.lang, row.lang_name)),
    el("span", {}, row.org_name),
    el("span", { class: "state" }, named("state", row.state)),
    el("span", { class: row.mine || helped(row) ? "mine" : "", dir: "auto" }, who),
    el("time", { datetime: row.created_at }, away(row.created_at)),
  ];
}

/** Danger has no subject, but a reason. */
function subject(row) {
  return row.reason && row.reason !== "asked" ? named("reason", row.reason) : t("topic.none");
}

/** In words and in form, never in colour alone. */
export function urgency(row) {
  const signs = { 3: "▲▲▲", 2: "▲▲", 1: "▲", 0: "△" };
  return el("span", { class: `urgency u${row.urgency}` }, el("span", { "aria-hidden": "true" }, `${signs[row.urgency] || ""} `), t(`urgency.${row.urgency}`));
}
