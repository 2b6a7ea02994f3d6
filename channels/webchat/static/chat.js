// The page: puts its parts together, and does what hands ask.
// It keeps only the token of this talk, from the first message on; and forgets all on request.

import { bubble } from "./bubble.js";
import { $, on } from "./dom.js";
import { leave, tell } from "./leaving.js";
import { clear, isShown, show } from "./log.js";
import { grow, measure } from "./place.js";
import { again, changeLanguage, dropAll, followLanguage, ours, send, tap, tapped } from "./sending.js";
import { forget, hearing, resume, stream, token } from "./session.js";
import { offerLanguages, words } from "./words.js";

const LONGEST = 4000;
const say = $("say");
const log = $("log");

// --- what comes

const forDesk = { tap, tapped: () => tapped, token: () => token };
let aloud = null; // the part that reads aloud, once there is something to read

function take(message) {
  if (isShown(message)) return;
  const own = ours(message);
  const node = own || bubble(message, tap);
  if (message.card || message.letter) import("./desk.js").then((desk) => desk.add(message, node, forDesk));
  show(message, node);
  if (message.author === "family" || !window.speechSynthesis) return;
  aloud = aloud || import("./aloud.js");
  aloud.then((one) => one.add(message, node));
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

hearing({
  message: take,
  busy: (busy) => {
    $("busy").textContent = busy ? words["web.typing"] || "…" : "";
  },
  lang: (now) => followLanguage(now.lang),
  reset: () => clear(),
  over: () => {
    clear("conversation.deleted"); // the last word may still be read
    $("busy").textContent = "";
  },
  line,
});

/** First what was said, in silence, then what comes. */
export async function catchUp(said) {
  log.setAttribute("aria-live", "off");
  await said;
  setTimeout(() => log.setAttribute("aria-live", "polite"), 1000);
}

// --- hands

let warned = 0;

function written() {
  grow();
  const left = LONGEST - say.value.length;
  $("count").hidden = left > 400;
  $("count").textContent = say.value.length + " / " + LONGEST;
  const level = left > 400 ? 0 : left > 0 ? 1 : 2;
  if (level > warned) $("status").textContent = $("count").textContent;
  warned = level;
  measure();
}

on($("composer"), "submit", (event) => {
  event.preventDefault();
  const text = say.value.trim();
  if (!text) return say.focus();
  say.value = "";
  written();
  send({ text });
});

on(say, "keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  $("send").click();
});
on(say, "input", written);
on($("send"), "mousedown", (event) => event.preventDefault()); // the focus stays where it was
on($("emergency"), "click", () => tap({ id: "emergency", title: $("emergency").textContent }));
on($("exit"), "click", leave);
on($("print"), "click", () => print());
on($("new-talk"), "click", () => {
  if (!confirm($("new-talk").textContent + "?")) return;
  dropAll();
  forget();
  say.focus();
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
offerLanguages(changeLanguage);
measure();
if (token) catchUp(resume());
$("send").disabled = false;
import("./tools.js").then((tools) => tools.start(catchUp));
tell("open");
