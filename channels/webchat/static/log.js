// The messages of the talk, in their order on the page.

import { $ } from "./dom.js";
import { before } from "./place.js";

const log = $("log");
let shown = {}; // seq → bubble

export function isShown(message) {
  return Boolean(shown[message.seq]);
}

/** A message of the server, in its bubble. */
export function show(message, node) {
  shown[message.seq] = node;
  node.dataset.seq = message.seq;
  const settle = before(node, message.author === "family");
  place(node, message.seq);
  quiet();
  if (message.author !== "family") $("busy").textContent = "";
  settle();
}

/** What the family just said; the server has not confirmed it yet. */
export function append(node) {
  log.append(node);
  quiet();
}

/** In the order of the server; what it has not confirmed yet comes last. */
function place(node, seq) {
  const next = Array.from(log.children).find((one) => one !== node && !(Number(one.dataset.seq) < seq));
  if (node.parentNode && node.nextElementSibling === (next || null)) return;
  log.insertBefore(node, next || null);
}

/** Only the newest question stands out, until the family says something. Older buttons work too. */
function quiet() {
  let open = true;
  Array.from(log.children)
    .reverse()
    .forEach((node) => {
      const choices = node.querySelector(".choices");
      if (choices) choices.classList.toggle("now", open);
      if (choices || node.classList.contains("family")) open = false;
    });
}

/** Nothing of the talk is shown any more, but for these messages. */
export function clear(but) {
  if (log.contains(document.activeElement)) $("say").focus();
  Object.values(shown).forEach((node) => node.dataset.key !== but && node.remove());
  shown = {};
}
