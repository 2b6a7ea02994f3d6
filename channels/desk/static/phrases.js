// The phrasebook: finding sentences by their Dutch words, and filling their holes exactly as the server will.

import { call } from "./wire.js";
import { dayFor, dirOf, named } from "./words.js";

const books = new Map();
const [OPEN, SHUT] = ["\u2068", "\u2069"]; // keep a value whole in a line that runs from right to left
const HOLE = /\{(\w+)\}/g;
// as in channels.speech: what is Latin inside a line that runs from right to left
const ASIDE = /\(([A-Za-z0-9][^(){}]*)\)/g;
const QUOTE = /("[A-Za-z0-9][^"{}\n]*")/g;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu;

/** All sentences for families with this language. Asked for once. */
export async function book(lang) {
  if (!books.has(lang)) {
    const { phrases } = await call("GET", `/phrases?lang=${encodeURIComponent(lang)}`);
    const known = new Map(phrases.map((one) => [one.key, { ...one, plain: plain(one.dutch) }]));
    books.set(lang, known);
  }
  return books.get(lang);
}

export function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/** The sentences in which every word occurs, those that begin with it first. `group`: "" for all. */
export function found(phrases, asked, group) {
  const words = plain(asked).split(" ").filter(Boolean);
  const fits = phrases.filter((one) => (!group || one.group === group) && words.every((word) => ` ${one.plain}`.includes(word)));
  const rank = (one) => words.filter((word) => ` ${one.plain}`.includes(` ${word}`)).length;
  return words.length ? fits.map((one) => [rank(one), one]).sort((a, b) => b[0] - a[0]).map(([, one]) => one) : fits;
}

/** What the server makes of typed words: without what cannot be seen, without needless space. */
export function tidy(text) {
  const seen = text.replace(/\r/g, "\n").replace(/\t/g, " ").normalize("NFC").replace(UNSEEN, (one) => ("\n\u200c\u200d".includes(one) ? one : ""));
  const lines = seen.split("\n").map((line) => line.split(/\s+/).filter(Boolean).join(" "));
  return lines.filter(Boolean).join("\n").replace(/^[/ \n]+/, "").trim();
}

/** What a hole is called, for the worker. */
export function holeName(name) {
  return named("hole", name);
}

/** A sentence in Dutch, with the names of its holes. */
export function plainly(phrase) {
  return fill(phrase.dutch, {}, "nl");
}

/** A sentence in Dutch and as the family reads it. */
export function both(phrase, values, lang) {
  return [fill(phrase.dutch, values, "nl"), fill(phrase.text, values, lang)];
}

/** One sentence with its holes filled; an empty hole shows its name. */
function fill(text, values, lang) {
  const rtl = dirOf(lang) === "rtl";
  const base = rtl ? text.replace(ASIDE, `(${OPEN}$1${SHUT})`).replace(QUOTE, `${OPEN}$1${SHUT}`) : text;
  return base.replace(HOLE, (_hole, name) => {
    const value = tidy(values[name] || "");
    const words = value ? (name === "day" ? dayFor(value, lang) : value) : `[${holeName(name)}]`;
    return rtl ? `${OPEN}${words}${SHUT}` : words;
  });
}
