// What the family says: shown at once with its state, and sent in order; kept in memory until it went out.

import { bubble } from "./bubble.js";
import { $, el, on } from "./dom.js";
import { append } from "./log.js";
import { begun, choose, forget, open, stream, token } from "./session.js";
import { Failure, backoff, call } from "./stream.js";
import { language, pick, picked, speak, worded, words } from "./words.js";

const TRIES = 4;
const log = $("log");
let queue = []; // what is not sent yet, in order
let sending = false;
let mine = {}; // client_msg_id → what we sent

/** `what`: {text} or {choice, title}. */
export function send(what) {
  if (languageTimer && !/^lang:/.test(what.choice)) tellLanguage(picked().code);
  const item = Object.assign({ id: crypto.getRandomValues(new Uint8Array(12)).join("-") }, what);
  item.node = bubble({ author: "family", text: what.text || what.title, lang: language.lang });
  item.mark = el("div");
  item.node.append(item.mark);
  mine[item.id] = item;
  append(item.node);
  enqueue(item);
  item.node.scrollIntoView({ block: "nearest" });
}

/** A message came from the server: the bubble that stands there already, if it is one of ours. */
export function ours(message) {
  const item = mine[message.client_msg_id];
  if (!item) return null;
  item.seq = message.seq;
  if (queue.indexOf(item) < 0) state(item, "sent");
  return item.node;
}

/** Whatever was not sent is dropped, and out of sight. */
export function dropAll() {
  queue = [];
  Object.values(mine).forEach((item) => item.node.remove());
  mine = {};
}

/** The line is back: what failed goes out by itself, in order. */
export function again() {
  Object.values(mine).forEach((item) => item.again && enqueue(item));
}

function enqueue(item) {
  state(item, "sending");
  if (item.choice === "emergency") return hurry(item);
  queue.push(item);
  flush();
}

/** An emergency waits for nothing. */
async function hurry(item) {
  const timer = setTimeout(call112, 4000, item);
  const error = await attempt(item);
  clearTimeout(timer);
  state(item, error ? "failed" : "sent", error && error.passing);
}

async function flush() {
  if (sending) return;
  sending = true;
  while (queue.length) {
    const item = queue[0];
    const error = await attempt(item);
    queue = queue.filter((one) => one !== item);
    if (!error) state(item, "sent");
    else [item].concat(error.passing ? queue.splice(0) : []).forEach((one) => state(one, "failed", error.passing));
  }
  sending = false;
}

/** Try a few times; the failure that remains, or null. The same id: the server keeps one. */
async function attempt(item) {
  for (let failures = 0; mine[item.id]; ) {
    try {
      const body = { client_msg_id: item.id };
      if (item.choice) body.choice = item.choice;
      else body.text = item.text;
      await call("/messages", await open(), body);
      setTimeout(() => stream && !item.seq && stream.catchUp(true).catch(() => {}), 5000);
      return null;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (item.seq) return null; // it came back through the stream: it did arrive
      failures += 1;
      if (item.choice === "emergency") call112(item);
      if (error.gone && token && failures === 1) {
        forget(); // the talk ended meanwhile: this message opens a new one
      } else if (!error.passing || failures === TRIES || !navigator.onLine) {
        return error;
      } else {
        await new Promise((resolve) => setTimeout(resolve, error.retryAfter || backoff(failures)));
      }
    }
  }
  return null; // the family left this talk
}

function state(item, name, again) {
  if (item.seq && name !== "sent") return;
  item.again = name === "failed" && again;
  item.mark.className = "state " + name;
  item.mark.textContent = "";
  item.mark.append(worded("span", "web." + name));
  if (name === "sent") log.querySelectorAll(".state.sent").forEach((old) => old !== item.mark && old.remove());
  if (name !== "failed") return;
  const retry = worded("button", "web.retry", { type: "button", class: "retry" });
  on(retry, "click", () => {
    $("say").focus();
    enqueue(item);
  });
  item.mark.append(retry);
  $("status").textContent = words["web.failed"] || "";
  item.node.scrollIntoView({ block: "nearest" });
}

/** Help without our network. */
function call112(item) {
  if (item.seq || item.node.querySelector(".tel")) return;
  item.mark.before(el("p", { class: "tel" }, el("a", { href: "tel:112", dir: "ltr" }, "112")));
  item.node.scrollIntoView({ block: "nearest" });
}

// --- taps

export let tapped = { id: "", at: 0 };

/** One tap is one answer, also with a trembling finger. */
export function tap(choice) {
  if (choice.id === tapped.id && Date.now() - tapped.at < 1000) return;
  tapped = { id: choice.id, at: Date.now() };
  const code = /^lang:(.+)/.exec(choice.id);
  if (code) speak(code[1]);
  send({ choice: choice.id, title: choice.title });
}

// --- the language of the talk

let languageTimer = 0;

/** The page changes at once, the talk later: walking through the list sends one message. */
export function changeLanguage(code) {
  choose(code);
  speak(code);
  pick(code);
  clearTimeout(languageTimer);
  languageTimer = setTimeout(tellLanguage, 700, code);
}

function tellLanguage(code) {
  clearTimeout(languageTimer);
  languageTimer = 0;
  if (begun()) send({ choice: "lang:" + code, title: picked().name });
  else open().catch(() => {});
}

/** The talk changed its language; what somebody just chose goes before. */
export function followLanguage(code) {
  if (languageTimer || !code) return;
  choose(code);
  speak(code);
}
