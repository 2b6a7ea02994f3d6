// Leaving at once; and what a page that holds ours (loader.js) hears from us: verbs, never a word of the talk.

import { $, on } from "./dom.js";
import { wipe } from "./keeping.js";
import { stream } from "./session.js";

const PREFIX = "thuiswijzer:";
const host = holder(); // the address of the page that holds ours; "" when none does
const hears = {
  open: focus,
  leave: () => leave(),
};

function holder() {
  const named = new URLSearchParams(location.hash.slice(1)).get("host");
  try {
    return parent !== window && new URL(named).origin === named ? named : "";
  } catch (error) {
    return "";
  }
}

/** "open": we are here; "close": please do; "leave <where>"; "resize": a card needs more room, or no longer. */
export function tell(verb) {
  if (host) parent.postMessage(PREFIX + verb, host);
}

on(window, "message", (event) => {
  if (!host || event.source !== parent || event.origin !== host) return;
  const verb = String(event.data).split(PREFIX)[1];
  if (hears[verb]) hears[verb]();
});

/** Where somebody who just opened the panel wants to be. A keyboard on the screen would hide the rest. */
function focus() {
  $(matchMedia("(pointer: fine)").matches ? "say" : "talk").focus({ preventScroll: true });
}

/** Leave at once: nothing in this browser, no way back with the back button. */
export function leave() {
  const away = document.body.dataset.exit;
  wipe();
  if (stream) stream.stop();
  document.title = "\u200b";
  document.body.textContent = "";
  if (host) {
    setTimeout(() => location.replace(away), 500); // whatever that page does, nothing stays here
    return tell("leave " + away);
  }
  try {
    if (top !== window) top.location.replace(away); // somebody else's page holds us
  } catch (error) {
    // and does not let us
  }
  location.replace(away);
}

let escapes = [];

/** Escape closes the panel; three times leaves, wherever we are. */
on(document, "keydown", (event) => {
  if (event.key !== "Escape" || event.repeat) return;
  escapes = escapes.filter((at) => event.timeStamp - at < 2000).concat(event.timeStamp);
  if (escapes.length > 2) leave();
  else if (!event.defaultPrevented) tell("close");
});
