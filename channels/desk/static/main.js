// Puts the desk together: which view belongs to an address, the bar at the top, and what the server tells meanwhile.

import { account } from "./own.js";
import { audit } from "./audit.js";
import { bar } from "./bar.js";
import { cases, load as loadCases, take } from "./cases.js";
import { caseView } from "./case.js";
import { counter, scanned } from "./counter.js";
import { el } from "./dom.js";
import { forget } from "./drafts.js";
import { inbox } from "./inbox.js";
import { join } from "./join.js";
import { use } from "./keys.js";
import { login } from "./login.js";
import * as notices from "./notices.js";
import * as seat from "./seat.js";
import { Stream } from "./stream.js";
import { ended } from "./wire.js";
import { load as loadWords, t } from "./words.js";
import { workers } from "./workers.js";

const main = document.getElementById("main");
const line = document.getElementById("line");
const COUNTER = "/desk/counter";
const OPEN = [[/^\/desk\/login$/, login], [/^\/desk\/join$/, join]];
const VIEWS = [
  [/^\/desk\/?$/, inbox],
  [/^\/desk\/c\/([^/]+)$/, caseView],
  [new RegExp(`^${COUNTER}$`), counter],
  [/^\/desk\/workers$/, workers],
  [/^\/desk\/audit$/, audit],
  [/^\/desk\/me$/, account],
];
const tabs = new BroadcastChannel("desk");
let view = {};
let stream = null;
let shown = 0; // which showing is the newest: a slow one must not overtake it

const desk = { go, entered, logout, stays, redraw: () => show(true) };

export function go(path, { replace = false } = {}) {
  history[replace ? "replaceState" : "pushState"](null, "", path);
  return show();
}

/** Show what the address says. `again`: the same view in another language; what was typed stays. */
async function show(again = false) {
  if (scanned() && seat.caseOrgs().length && location.pathname !== COUNTER) return go(COUNTER, { replace: true });
  const mine = (shown += 1);
  const path = location.pathname;
  const [make, found] = match(path);
  if (!seat.me() && !OPEN.some(([pattern]) => pattern.test(path))) return toLogin();
  const typed = again ? typedIn(main) : [];
  view.leave?.();
  view = {};
  use({});
  const place = el("div", { class: "view" });
  bar(desk);
  let next;
  try {
    next = await make(place, found, desk);
  } catch (failure) {
    if (!failure.status && !("error" in failure)) throw failure;
    next = problem(place, failure);
  }
  if (mine !== shown) return next?.leave?.();
  view = next;
  main.replaceChildren(place);
  use(view.keys);
  title();
  typed.forEach(([id, value]) => id && document.getElementById(id) && (document.getElementById(id).value = value));
  if (!again) (view.focus?.() || main.querySelector("h1") || main).focus({ preventScroll: Boolean(view.focus) });
  view.ready?.();
}

function match(path) {
  for (const [pattern, make] of [...OPEN, ...VIEWS]) {
    const found = pattern.exec(path);
    if (found) return [make, found];
  }
  return [inbox, [path]];
}

function problem(place, failure) {
  const words = failure.status === 404 ? t("nothing") : failure.message;
  place.append(el("h1", { tabindex: "-1" }, words), el("p", {}, el("a", { href: seat.home() }, t("back"))));
  return { title: words, keys: { Escape: () => go(seat.home()) } };
}

function typedIn(place) {
  return [...place.querySelectorAll("input[id], textarea[id]")].map((one) => [one.id, one.value]);
}

function title() {
  const open = seat.caseOrgs().length ? cases.urgent() : 0;
  document.title = `${open ? `(${open}) ` : ""}${view.title || t("desk")} · Thuiswijzer`;
}

// --- coming and going

function toLogin() {
  const next = location.pathname + location.search;
  const query = next === "/desk" || next === "/desk/" ? "" : `?next=${encodeURIComponent(next)}`;
  return go(`/desk/login${query}${location.hash}`, { replace: true });
}

/** Logged in: listen, and go where the worker was going. */
async function entered(next) {
  await seat.arrive();
  forget(seat.me().id);
  await listen();
  const fits = next && /^\/desk(\/|\?|$)/.test(next) && !next.startsWith("/desk/login");
  return go(fits ? next : seat.home(), { replace: true });
}

/** Whoever sees cases hears of them from here on. */
async function listen() {
  stream?.stop();
  stream = null;
  if (!seat.caseOrgs().length) return;
  await loadCases("open");
  stream = new Stream(cases.event, { event: heard, up, ended: over });
  stream.start();
}

function heard(name, data) {
  if (name === "case") {
    const before = cases.get(data.code);
    take(data);
    const worse = data.urgency >= 3 && !(before?.urgency >= 3);
    if (!data.gone && worse && !data.mine && cases.isOpen(data)) notices.urgent(data);
    title();
  }
  if (name === "alarm") notices.alarm(data.code, data.why);
  view.heard?.(name, data);
}

function up(works) {
  line.textContent = works ? "" : t("line.down");
}

function over() {
  if (!seat.me()) return;
  close();
  toLogin();
}

function close() {
  stream?.stop();
  stream = null;
  seat.leave();
  cases.clear();
  notices.clear();
  up(true);
}

/** Nothing that was typed stays, in no tab. */
function logout() {
  forget();
  tabs.postMessage("logout");
  close();
  go("/desk/login", { replace: true });
}

/** Logging out did not work: what was typed goes all the same. */
function stays(failure) {
  forget();
  line.textContent = `${t("logout.failed")} ${failure.message}`;
}

tabs.addEventListener("message", () => {
  forget();
  if (seat.me()) over();
});
ended.addEventListener("session", over);
addEventListener("popstate", () => show());
document.addEventListener("click", (event) => {
  if (event.target.id === "skip") {
    event.preventDefault(); // the address keeps what stands behind its #
    return main.focus();
  }
  const link = event.target.closest?.("a[href^='/desk']");
  const plain = !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!link || !plain || link.hasAttribute("download") || link.pathname.startsWith("/desk/oidc/")) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});

async function start() {
  await loadWords();
  document.getElementById("skip").textContent = t("skip");
  try {
    await seat.arrive();
    await listen();
  } catch (failure) {
    if (failure.status !== 401 && failure.status !== 0) throw failure;
  }
  if (seat.me() && /^\/desk(\/|\/login)?$/.test(location.pathname) && seat.home() !== "/desk") {
    return go(seat.home(), { replace: true });
  }
  return seat.me() && location.pathname === "/desk/login" ? go(seat.home(), { replace: true }) : show();
}

start();
