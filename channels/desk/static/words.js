// The words of the desk itself, in Dutch or English, and how moments and languages are written.

import { DAYS } from "./days.js";

export const LANGUAGES = { nl: "Nederlands", en: "English" };
const ZONE = "Europe/Amsterdam"; // where the desks are
const RTL = new Set(["ar", "fa", "he", "ur", "ps", "ckb", "sd", "ug", "yi"]);
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g; // in a name, these would turn our own words round
const KEPT = "desk.lang";
let all = {};
let chosen = "nl";

export async function load() {
  all = await (await fetch("/desk/static/words.json", { cache: "no-cache" })).json();
  const wanted = sessionStorage.getItem(KEPT) || navigator.language.slice(0, 2);
  speak(wanted in LANGUAGES ? wanted : "nl");
}

export function lang() {
  return chosen;
}

/** From now on the desk speaks this language; kept for this tab, for before the next login. */
export function speak(wanted) {
  chosen = wanted in LANGUAGES ? wanted : "nl";
  document.documentElement.lang = chosen;
  sessionStorage.setItem(KEPT, chosen);
}

/** The words of a key, its places filled. A key that nobody wrote shows itself: it is seen at once. */
export function t(key, values) {
  const words = all[chosen]?.[`ui.${key}`] ?? key;
  return words.replace(/\{(\w+)\}/g, (hole, name) => String(values?.[name] ?? hole).replace(TURNING, ""));
}

/** The words for a code of the server, or the code itself when it is new to us. */
export function named(group, code) {
  const key = `${group}.${String(code).replaceAll(" ", "_")}`;
  return all[chosen]?.[`ui.${key}`] ?? String(code);
}

export function dirOf(code) {
  return RTL.has(code) ? "rtl" : "ltr";
}

export function languageName(code, fallback) {
  try {
    return new Intl.DisplayNames([chosen], { type: "language", fallback: "none" }).of(code) || fallback || code;
  } catch {
    return fallback || code;
  }
}

function format(options) {
  return new Intl.DateTimeFormat(chosen, { timeZone: ZONE, ...options });
}

export function moment(iso) {
  return format({ weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(new Date(iso));
}

export function dayLong(iso) {
  return format({ dateStyle: "long", timeZone: "UTC" }).format(new Date(`${iso}T00:00:00Z`));
}

const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];
const NOW = ["second", Infinity]; // less than a minute is "now"

/** How long ago, or in how long, in one unit. */
export function away(iso, now = Date.now()) {
  const seconds = (new Date(iso) - now) / 1000;
  const [unit, size] = UNITS.find(([, one]) => Math.abs(seconds) >= one) || NOW;
  return new Intl.RelativeTimeFormat(chosen, { numeric: "auto" }).format(Math.trunc(seconds / size) || 0, unit);
}

/** The day in the Netherlands, as 2026-11-22. */
export function today(now = Date.now()) {
  return new Intl.DateTimeFormat("sv", { timeZone: ZONE, dateStyle: "short" }).format(now);
}

/** Days from today until a day; negative when it has passed. */
export function daysUntil(day) {
  return Math.round((Date.parse(`${day}T00:00:00Z`) - Date.parse(`${today()}T00:00:00Z`)) / 86400000);
}

/** Dutch local time, "2026-11-23T14:30", as a moment in UTC; also right on days that the clock changes. */
export function fromDutch(local) {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(local)) return "";
  const plain = Date.parse(`${local}:00Z`);
  let moment = plain;
  for (let step = 0; step < 2; step += 1) moment = plain - offset(moment);
  return new Date(moment).toISOString();
}

/** A moment as Dutch local time, for a field. */
export function toDutch(moment) {
  return new Date(moment + offset(moment)).toISOString().slice(0, 16);
}

function offset(moment) {
  const whole = Math.floor(moment / 60000) * 60000;
  const told = new Intl.DateTimeFormat("sv", { timeZone: ZONE, dateStyle: "short", timeStyle: "short" }).format(whole);
  return Date.parse(`${told.replace(" ", "T")}:00Z`) - whole;
}

/** A day exactly as a family reads it in its language: as our server writes it, whatever this browser knows. */
export function dayFor(iso, code) {
  const [pattern, months] = DAYS[code] || DAYS.nl;
  const [year, month, day] = iso.split("-").map(Number);
  if (!months[month - 1]) return iso;
  return pattern.replace("{d}", day).replace("{m}", months[month - 1]).replace("{y}", year);
}
