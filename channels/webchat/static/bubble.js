// One message of the talk, as it is shown.

import { away, el, on } from "./dom.js";
import { worded } from "./words.js";

const AUTHORS = { family: "web.you", bot: "web.computer", worker: "web.worker", system: "web.system" };
const RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;
const LTR = /[A-Za-z\u00c0-\u024f\u1200-\u137f]/;
const ADDRESS = "(https?://[^\\s<>\"\\u2069]*[^\\s<>\".,;:!?)\\u2069])";
const NUMBERS = "\\+\\d{2}[ \\d-]{7,13}\\d|0[89]00[ -]?\\d{2,4}(?:[ -]?\\d{2,4})?|0\\d{1,3}[ -]\\d[\\d ]{4,8}\\d|06\\d{8}|14 ?0\\d{2,3}|11[23]";
const LINKS = new RegExp(ADDRESS + "|(?:^|[^\\w€.,-])(" + NUMBERS + ")(?![\\w%]|[.,]\\d)", "g");

let numbered = 0;
let dutch = []; // what a worker wrote, by line

/** `tap`: what happens when somebody taps a choice. */
export function bubble(message, tap) {
  const who = worded("p", AUTHORS[message.author], { class: "who", id: "who-" + ++numbered });
  const node = el("article", { class: "message " + message.author, "aria-labelledby": who.id, "data-key": message.key }, who);
  const family = message.author === "family";
  dutch = ("\n" + (message.author === "worker" ? message.facts.dutch : "")).split(/\n(?:[•☐] +|\d+\. +)?/);
  const body = el("div", { class: "bubble", lang: message.lang, dir: family ? "auto" : message.dir });
  if (family) body.append(...message.text.split("\n").map((text) => el("p", { dir: "auto" }, text)));
  else body.append(...blocks(message.text));
  node.append(body);
  if ((message.choices || []).length) node.append(choices(message, body, tap));
  if ((message.terms || []).length) node.append(terms(message.terms));
  if ((message.sources || []).length) node.append(sources(message.sources));
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

function choices(message, body, tap) {
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

/** The Dutch legal terms of this message, each with what it means. */
function terms(list) {
  const items = list.map(({ term, meaning }) => [el("dt", { lang: "nl", dir: "ltr" }, term), el("dd", {}, meaning)]);
  return el("details", { class: "sources" }, worded("summary", "web.terms"), el("dl", {}, ...[].concat(...items)));
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
