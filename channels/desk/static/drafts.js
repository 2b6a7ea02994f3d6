// What is typed and not sent yet, per case: in this tab only, gone at logout, and never another worker's.

import { me } from "./seat.js";

const START = "desk.draft.";

function key(code) {
  return `${START}${me()?.id}.${code}`;
}

export function read(code) {
  try {
    return JSON.parse(sessionStorage.getItem(key(code))) || {};
  } catch {
    return {};
  }
}

/** Keep `more` beside what is kept; what is empty is forgotten. */
export function keep(code, more) {
  const kept = Object.entries({ ...read(code), ...more }).filter(([, value]) => value && value.length);
  try {
    if (kept.length) sessionStorage.setItem(key(code), JSON.stringify(Object.fromEntries(kept)));
    else sessionStorage.removeItem(key(code));
  } catch {
    // full, or not allowed: it still stands on the screen
  }
}

/** Forget everything typed in this tab; with `but`, all but what this worker typed. */
export function forget(but) {
  Object.keys(sessionStorage)
    .filter((name) => name.startsWith(START) && !(but && name.startsWith(`${START}${but}.`)))
    .forEach((name) => sessionStorage.removeItem(name));
}
