// The talk with the server: opened at the first thing a family sends, never before.

import { asked, site } from "./dom.js";
import { dropToken, guest, keepToken, keptToken } from "./keeping.js";
import { Stream, call } from "./stream.js";

export let token = keptToken();
export let stream = null;
let opening = null; // the session being made: two messages never make two
let chosen = ""; // the language, once somebody chose one
let hear = {}; // what happens with what comes
let outside = null; // how a talk from WhatsApp ends here; else null

/** `on`: as of Stream, and over(): the talk ended here. */
export function hearing(on) {
  hear = on;
}

export function choose(code) {
  chosen = code;
}

/** Whether there is a talk, or there will be in a moment. */
export function begun() {
  return Boolean(token || opening);
}

export function open() {
  if (token) return Promise.resolve(token);
  if (!opening) {
    const wish = { entry: { site, zone: Intl.DateTimeFormat().resolvedOptions().timeZone } };
    if (chosen) wish.lang = chosen;
    ["post", "gemeente", "lang", "topic"].forEach((name) => (wish.entry[name] = (asked.get(name) || "").slice(0, 60)));
    opening = call("/sessions", null, wish).then((session) => {
      keepToken(session.token);
      goOn(session.token);
      listen().start();
      return token;
    });
    const done = () => (opening = null);
    opening.then(done, done);
  }
  return opening;
}

function goOn(given) {
  token = given;
}

function listen() {
  document.body.classList.add("talking");
  const current = (stream = new Stream(token, 0, Object.assign({ gone: () => current === stream && forget() }, hear)));
  return current;
}

/** What was said so far, then what comes. */
export function resume() {
  return listen().resume();
}

/** Go on with a talk that began elsewhere. */
export function moveIn(given) {
  keepToken(given);
  goOn(given);
  return resume();
}

/** This talk is over here: nothing of it stays in this tab. */
export function forget() {
  if (stream) stream.stop();
  if (outside) return outside.then((end) => end());
  stream = null;
  token = null;
  dropToken();
  document.body.classList.remove("talking");
  hear.over();
}

if (guest) outside = import("./inside.js").then((one) => one.add());
