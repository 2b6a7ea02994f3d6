// What somebody must see now, without a sound: it stands at the top until it is read, and a screen reader says it.

import { button, el } from "./dom.js";
import { named, t } from "./words.js";

const MOST = 3;
const place = document.getElementById("notices");
const told = document.getElementById("told");

/** A sentence for who cannot see what changed. */
export function whisper(words) {
  told.textContent = words;
}

export function urgent(row) {
  add(row.code, "urgent", t("notice.urgent", { code: row.code, topic: row.topic_title || row.lang_name }));
}

export function alarm(code, why) {
  add(code, "alarm", t("notice.alarm", { code, why: named("why", why) }));
}

export function clear() {
  place.replaceChildren();
}

function add(code, kind, words) {
  place.querySelector(`[data-code="${CSS.escape(code)}"][data-kind="${kind}"]`)?.remove();
  const notice = el("div", { class: `notice ${kind}`, "data-code": code, "data-kind": kind });
  const open = el("a", { href: `/desk/c/${code}`, click: () => notice.remove() }, t("notice.open"));
  const close = button(t("notice.read"), () => gone(notice));
  notice.append(el("p", {}, words), open, close);
  place.prepend(notice);
  while (place.children.length > MOST) place.lastChild.remove();
}

/** The focus was on the button that disappears: it goes to the next one, or back to the page. */
function gone(notice) {
  notice.remove();
  (place.querySelector("button") || document.getElementById("main")).focus({ preventScroll: true });
}
