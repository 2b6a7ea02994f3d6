// The page: shows the talk, sends what the family types or taps, forgets all on request.
// It keeps only the token of this talk, in this tab, from the first message on.
// Written for old phones (Safari 12.1, Chrome 66): no `?.`, no `??`, no lookbehind.

import { Failure, Stream, backoff, call } from "./stream.js";

const TOKEN = "thuiswijzer.token";
const LONGEST = 4000;
const TRIES = 4;
const $ = (id) => document.getElementById(id);
const on = (node, name, act) => node.addEventListener(name, act);
const log = $("log");
const say = $("say");
const picker = $("language");
const root = document.documentElement;
const asked = new URLSearchParams(location.search);

let words = {};
let language = { lang: "nl", dir: "ltr" };
let wordsWanted = "";
let chosen = ""; // the language, once somebody chose one
const guest = sessionStorage.getItem("thuiswijzer.door"); // came from WhatsApp; another talk of this tab waits
let token = guest || sessionStorage.getItem(TOKEN);
let opening = null; // the session being made: two messages never make two
let stream = null;
let queue = []; // what is not sent yet, in order; lives in memory only
let sending = false;
let shown = {}; // seq → bubble
let mine = {}; // client_msg_id → what we sent

// --- words ---

function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const name in attributes) if (attributes[name]) node.setAttribute(name, attributes[name]);
  node.append(...children);
  return node;
}

/** A place for a word: it changes when the language of the page changes. */
function worded(tag, key, attributes) {
  const node = el(tag, Object.assign({ "data-word": key }, attributes));
  translate(node);
  return node;
}

function translate(node) {
  const word = words[node.dataset.word];
  if (word) node.textContent = word.replace("{day}", () => day(node.dataset.day));
}

/** A date as this language writes it; anything else ("2024") as it is. */
function day(text) {
  const known = Intl.DateTimeFormat.supportedLocalesOf(language.lang).length;
  if (!known || !/^\d{4}-\d\d-\d\d$/.test(text)) return text || "";
  const format = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
  return new Intl.DateTimeFormat(language.lang + "-u-nu-latn", format).format(new Date(text));
}

/** Put the page in a language. Tried until it works; till then its words stay Dutch. */
async function speak(wanted, failures = 0) {
  if (wanted === wordsWanted && !failures) return;
  wordsWanted = wanted;
  let answer;
  try {
    const query = new URLSearchParams({ lang: wanted, gemeente: asked.get("gemeente") || "" });
    answer = await call("/words?" + query);
  } catch (error) {
    if (error.passing) setTimeout(() => wanted === wordsWanted && speak(wanted, failures + 1), backoff(failures + 1));
    else wordsWanted = "";
    return;
  }
  if (wanted !== wordsWanted) return;
  wordsWanted = answer.lang;
  words = answer.words;
  language = { lang: answer.lang, dir: answer.dir };
  root.lang = answer.lang;
  root.dir = answer.dir;
  document.querySelectorAll("[data-word]").forEach(translate);
  document.querySelectorAll("[data-label]").forEach((node) => {
    const word = words[node.dataset.label];
    if (word) node.setAttribute("aria-label", word);
  });
  showLanguages(answer.languages);
}

function showLanguages(languages) {
  if (picker.options.length !== languages.length) {
    picker.textContent = "";
    $("languages").textContent = "";
    languages.forEach((one) => {
      picker.append(el("option", { value: one.code, lang: one.code, dir: one.dir }, one.name));
      const button = el("button", { type: "button", class: "choice", lang: one.code, dir: one.dir }, one.name);
      on(button, "click", () => changeLanguage(one.code));
      $("languages").append(button);
    });
  }
  picker.value = language.lang;
}

let languageTimer = 0;

/** The page changes at once, the talk later: walking through the list sends one message. */
function changeLanguage(code) {
  chosen = code;
  speak(code);
  picker.value = code;
  clearTimeout(languageTimer);
  languageTimer = setTimeout(tellLanguage, 700, code);
}

function tellLanguage(code) {
  clearTimeout(languageTimer);
  languageTimer = 0;
  if (token || opening) send({ choice: "lang:" + code, title: picker.options[picker.selectedIndex].text });
  else open().catch(() => {});
}

// --- the talk ---

/** The token of this talk; made at the first thing a family sends, never before. */
function open() {
  if (token) return Promise.resolve(token);
  if (!opening) {
    const wish = { entry: { zone: Intl.DateTimeFormat().resolvedOptions().timeZone } };
    if (chosen) wish.lang = chosen;
    ["post", "gemeente", "lang", "topic"].forEach((name) => (wish.entry[name] = asked.get(name)));
    opening = call("/sessions", null, wish).then((session) => {
      token = session.token;
      sessionStorage.setItem(TOKEN, token);
      listen().start();
      return token;
    });
    const done = () => (opening = null);
    opening.then(done, done);
  }
  return opening;
}

function listen() {
  document.body.classList.add("talking");
  const current = (stream = new Stream(token, 0, {
    message: show,
    busy: (busy) => {
      $("busy").textContent = busy ? words["web.typing"] || "…" : "";
    },
    lang: (now) => {
      if (languageTimer || !now.lang) return;
      chosen = now.lang;
      speak(now.lang);
    },
    reset: clear,
    line,
    gone: () => current === stream && forget(),
  }));
  return current;
}

/** After a reload: first what was said, in silence, then what comes. */
async function resume() {
  log.setAttribute("aria-live", "off");
  await listen().resume();
  setTimeout(() => log.setAttribute("aria-live", "polite"), 1000);
}

function clear() {
  if (log.contains(document.activeElement)) say.focus();
  Object.values(shown).forEach((node) => node.remove());
  shown = {};
}

/** This talk is over here: nothing of it stays in this tab. */
function forget() {
  if (stream) stream.stop();
  if (inside) return inside.then((end) => end());
  stream = null;
  token = null;
  sessionStorage.removeItem(TOKEN);
  clear();
  document.body.classList.remove("talking");
  $("busy").textContent = "";
}

/** Leave at once: nothing in this tab, no way back with the back button. */
function leave() {
  sessionStorage.clear();
  if (stream) stream.stop();
  document.title = "\u200b";
  document.body.textContent = "";
  location.replace(document.body.dataset.exit);
}

// --- sending ---

/** `what`: {text} or {choice, title}. Shown at once, with its state, and sent in order. */
function send(what) {
  if (languageTimer && !/^lang:/.test(what.choice)) tellLanguage(picker.value);
  const item = Object.assign({ id: crypto.getRandomValues(new Uint8Array(12)).join("-") }, what);
  item.node = bubble({ author: "family", text: what.text || what.title, lang: language.lang });
  item.mark = el("div");
  item.node.append(item.mark);
  mine[item.id] = item;
  log.append(item.node);
  quiet();
  enqueue(item);
  item.node.scrollIntoView({ block: "nearest" });
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
    say.focus();
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

/** The line is back: what failed goes out by itself, in order. */
function again() {
  Object.values(mine).forEach((item) => item.again && enqueue(item));
}

let lineTimer = 0;
let lineUp = true;

function line(up) {
  if (up === lineUp) return;
  lineUp = up;
  clearTimeout(lineTimer);
  const banner = $("line");
  banner.className = up ? "line up" : "line";
  banner.textContent = words[up ? "web.back_online" : "web.offline"] || (up ? "" : "…");
  measure();
  if (!up) return;
  lineTimer = setTimeout(() => {
    banner.textContent = "";
    measure();
  }, 5000);
  again();
}

// --- showing ---

const AUTHORS = { family: "web.you", bot: "web.computer", worker: "web.worker", system: "web.system" };
const RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;
const LTR = /[A-Za-z\u00c0-\u024f\u1200-\u137f]/;
const ADDRESS = "(https?://[^\\s<>\"\\u2069]*[^\\s<>\".,;:!?)\\u2069])";
const NUMBERS = "\\+\\d{2}[ \\d-]{7,13}\\d|0[89]00[ -]?\\d{2,4}(?:[ -]?\\d{2,4})?|0\\d{1,3}[ -]\\d[\\d ]{4,8}\\d|06\\d{8}|14 ?0\\d{2,3}|11[23]";
const LINKS = new RegExp(ADDRESS + "|(?:^|[^\\w€.,-])(" + NUMBERS + ")(?![\\w%]|[.,]\\d)", "g");

function show(message) {
  if (shown[message.seq]) return;
  const sent = mine[message.client_msg_id];
  const node = sent ? sent.node : bubble(message);
  shown[message.seq] = node;
  node.dataset.seq = message.seq;
  const late = Date.now() - arrived > 9000 && Math.abs(pageYOffset - rested) < 99;
  const stay = late || hidden() < 100;
  if (late || message.author === "family") fresh = node;
  arrived = Date.now();
  if (sent) {
    sent.seq = message.seq;
    if (queue.indexOf(sent) < 0) state(sent, "sent");
  }
  place(node, message.seq);
  quiet();
  if (message.author !== "family") $("busy").textContent = "";
  if (!stay) return;
  follow();
  rested = pageYOffset;
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

const forDesk = { el, worded, tap, tapped: () => tapped, token: () => token };
let numbered = 0;
let dutch = []; // what a worker wrote, by line

function bubble(message) {
  const who = worded("p", AUTHORS[message.author], { class: "who", id: "who-" + ++numbered });
  const node = el("article", { class: "message " + message.author, "aria-labelledby": who.id, "data-key": message.key }, who);
  const family = message.author === "family";
  dutch = ("\n" + (message.author === "worker" ? message.facts.dutch : "")).split(/\n(?:[•☐] +|\d+\. +)?/);
  const body = el("div", { class: "bubble", lang: message.lang, dir: family ? "auto" : message.dir });
  if (family) body.append(...message.text.split("\n").map((text) => el("p", { dir: "auto" }, text)));
  else body.append(...blocks(message.text));
  node.append(body);
  if ((message.choices || []).length) node.append(choices(message, body));
  if ((message.terms || []).length) node.append(terms(message.terms));
  if ((message.sources || []).length) node.append(sources(message.sources));
  if (message.card || message.letter) import("./desk.js").then((desk) => desk.add(message, node, forDesk));
  return node;
}

/** Lines to paragraphs and lists. */
function blocks(text) {
  const nodes = [];
  let last = "";
  text.split("\n").forEach((raw) => {
    const item = /^(?:(•)|(☐)|(\d+)\.) +(.*)$/.exec(raw);
    const kind = item ? (item[1] ? "dots" : item[2] ? "boxes" : "numbers") : raw.trim() ? "text" : "";
    if (item) {
      if (kind !== last) nodes.push(el(kind === "numbers" ? "ol" : "ul", { class: kind, role: "list" }));
      nodes[nodes.length - 1].append(el("li", { value: item[3] }, inline(item[4])));
    } else if (kind === "text" && last === "text") {
      nodes[nodes.length - 1].append(inline(raw));
    } else if (kind) {
      nodes.push(el("p", {}, inline(raw)));
    }
    last = kind;
  });
  return nodes;
}

/** One line; it runs as its script does; addresses and telephone numbers can be tapped. */
function inline(text) {
  const latin = LTR.test(text);
  const dir = latin !== RTL.test(text) && (latin ? "ltr" : "rtl");
  const node = el("span", { dir, lang: dutch.includes(text) && "nl" });
  let from = 0;
  LINKS.lastIndex = 0;
  for (let found; (found = LINKS.exec(text)); from = LINKS.lastIndex) {
    const words = found[1] || found[2];
    const before = text.slice(from, LINKS.lastIndex - words.length);
    const dial = { href: "tel:" + words.replace(/[ -]/g, ""), class: "tel", dir: "ltr" };
    const not = /(€|\bart\S*)\s?$/i.test(before); // an amount or an article of law
    node.append(before, not ? words : el("a", found[1] ? away(words, "ltr") : dial, words));
  }
  node.append(text.slice(from));
  return node;
}

function choices(message, body) {
  const asks = (body.lastElementChild || body).lastElementChild || body; // the last line, mostly the question
  asks.id = "asks-" + ++numbered;
  const group = el("div", { class: "choices", role: "group", "aria-labelledby": asks.id, lang: message.lang, dir: message.dir });
  message.choices.forEach((choice) => {
    const code = /^lang:(.+)/.exec(choice.id);
    const button = el("button", { type: "button", class: "choice", lang: code && code[1], "data-choice": choice.id });
    button.append(el("bdi", {}, choice.title));
    on(button, "click", () => tap(choice));
    group.append(button);
  });
  return group;
}

let tapped = { id: "", at: 0 };

/** One tap is one answer, also with a trembling finger. */
function tap(choice) {
  if (choice.id === tapped.id && Date.now() - tapped.at < 1000) return;
  tapped = { id: choice.id, at: Date.now() };
  const code = /^lang:(.+)/.exec(choice.id);
  if (code) speak(code[1]);
  send({ choice: choice.id, title: choice.title });
}

function away(href, dir) {
  return { href, dir, rel: "noreferrer noopener", target: "_blank" };
}

/** The Dutch legal terms of this message, each with what it means. */
function terms(list) {
  const items = list.map(({ term, meaning }) => [el("dt", { lang: "nl", dir: "ltr" }, term), el("dd", {}, meaning)]);
  return el("details", { class: "sources" }, worded("summary", "web.terms"), el("dl", {}, ...items.flat()));
}

/** What it rests on. Titles and articles are Dutch, whatever the language of the talk. */
function sources(list) {
  const items = list.map((source) => {
    const safe = /^https?:\/\//.test(source.url);
    const title = el("bdi", { lang: "nl" }, source.title);
    const item = el("li", {}, safe ? el("a", away(source.url), title) : title);
    const details = [source.article, source.dated].filter(Boolean).map((detail) => el("bdi", { lang: "nl" }, detail));
    details.forEach((detail, at) => item.append(at ? " · " : el("br"), detail));
    if (source.read) item.append(el("br"), worded("span", "web.read_on", { "data-day": source.read, class: "small" }));
    return item;
  });
  return el("details", { class: "sources" }, worded("summary", "web.sources"), el("ul", { role: "list" }, ...items));
}

// --- place on the screen ---

let arrived = 0; // when the last message came
let rested = 0; // where we left it
let fresh = null; // read from here
let above = 0; // what the header covers
let below = 0; // what the composer covers

/** How far the end of the talk is below what can be seen. */
function hidden() {
  return $("busy").getBoundingClientRect().bottom - innerHeight + below;
}

/** To the end, but not past what the family said last, or what came late. */
function follow() {
  const top = fresh ? fresh.getBoundingClientRect().top - above : Infinity;
  if (hidden() > 0 && top > 0) scrollBy(0, Math.min(hidden(), top));
}

/** What sticks must never hide what has the focus. */
function measure() {
  const composer = $("composer");
  const sticks = getComputedStyle(composer).position === "sticky";
  root.style.setProperty("--brand", $("brand").offsetHeight + "px");
  above = $("top").offsetHeight - $("brand").offsetHeight + 8;
  below = sticks ? composer.offsetHeight : 0;
  root.style.setProperty("--above", above + "px");
  root.style.setProperty("--below", below + 8 + "px");
}

let warned = 0;

function grow() {
  say.style.height = "auto";
  say.style.height = say.scrollHeight + say.offsetHeight - say.clientHeight + "px";
  const left = LONGEST - say.value.length;
  $("count").hidden = left > 400;
  $("count").textContent = say.value.length + " / " + LONGEST;
  const level = left > 400 ? 0 : left > 0 ? 1 : 2;
  if (level > warned) $("status").textContent = $("count").textContent;
  warned = level;
  measure();
}

// --- hands ---

on($("composer"), "submit", (event) => {
  event.preventDefault();
  const text = say.value.trim();
  if (!text) return say.focus();
  say.value = "";
  grow();
  send({ text });
});

on(say, "keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  $("send").click();
});
on(say, "input", grow);
on($("send"), "mousedown", (event) => event.preventDefault()); // the focus stays where it was
on(picker, "change", () => changeLanguage(picker.value));
on($("emergency"), "click", () => tap({ id: "emergency", title: $("emergency").textContent }));
on($("exit"), "click", leave);
on($("print"), "click", () => print());
on($("new-talk"), "click", () => {
  if (!confirm($("new-talk").textContent + "?")) return;
  queue = [];
  Object.values(mine).forEach((item) => item.node.remove());
  mine = {};
  forget();
  say.focus();
});

let escapes = [];
on(document, "keydown", (event) => {
  if (event.key !== "Escape" || event.repeat) return;
  escapes = escapes.filter((at) => event.timeStamp - at < 2000).concat(event.timeStamp);
  if (escapes.length > 2) leave();
});

let unfolded = [];
addEventListener("beforeprint", () => {
  unfolded = document.querySelectorAll("details:not([open])");
  unfolded.forEach((details) => (details.open = true));
});
addEventListener("afterprint", () => unfolded.forEach((details) => (details.open = false)));
addEventListener("offline", () => line(false));
addEventListener("online", () => (stream ? stream.renew() : line(true)));
addEventListener("resize", measure);
on(document, "visibilitychange", () => !document.hidden && stream && stream.renew(true));
addEventListener("pageshow", (event) => event.persisted && location.reload());

$("fallback").remove();
measure();
const inside = guest && import("./inside.js").then((one) => one.add(forDesk));
if (token) resume();
speak(asked.get("lang") || "auto");
