// One letter does what is done often. They can be put off, for who speaks to the computer or shakes.

import { button, el, field } from "./dom.js";
import { t } from "./words.js";

const OFF = "desk.keys";
const KEYS = ["j", "k", "Enter", "t", "/", "Escape", "?", "Ctrl+Enter"];
const OTHERS = { ArrowDown: "j", ArrowUp: "k" };
let now = {};

/** What the keys of this view do: {j: () => …}. */
export function use(keys) {
  now = keys || {};
}

function on() {
  return localStorage.getItem(OFF) !== "off";
}

function typing(target) {
  return target.matches?.("input, select, textarea, summary, [role=listbox], [role=log]");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]")) return;
  const inField = typing(event.target);
  if (event.key === "Escape" && inField) return event.target.blur();
  if (inField) return;
  if (event.key.length === 1 && !on()) return;
  if (event.key === "?") return help(event);
  const act = now[OTHERS[event.key] || event.key];
  if (act && act(event) !== false) event.preventDefault();
});

/** Which keys there are, and whether they work. */
export function help(event) {
  event?.preventDefault();
  const rows = KEYS.flatMap((key) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, t(`key.${key}`))]);
  const check = el("input", { type: "checkbox", id: "keys-on" });
  check.checked = on();
  check.addEventListener("change", () => localStorage.setItem(OFF, check.checked ? "on" : "off"));
  const box = field(t("keys.on"), check);
  box.classList.add("check");
  const close = button(t("close"), () => dialog.close(), { class: "main" });
  const title = el("h2", { id: "keys-title" }, t("keys.title"));
  const dialog = el("dialog", { "aria-labelledby": title.id }, title, el("dl", { class: "keys" }, rows), box, close);
  const before = document.activeElement;
  dialog.addEventListener("close", () => {
    dialog.remove();
    before?.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}
