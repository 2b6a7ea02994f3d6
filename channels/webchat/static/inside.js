// What the page shows around a talk that came from WhatsApp. Fetched only then. For old phones, as chat.js.

import { $, el } from "./dom.js";
import { worded } from "./words.js";

const DOOR = "thuiswijzer.door";
const BACK = "thuiswijzer.back";

/** The answer is what to do when the talk ends here. */
export function add() {
  document.head.append(el("link", { rel: "stylesheet", href: "/static/door.css" }));
  document.body.classList.add("guest");
  const back = sessionStorage.getItem(BACK);
  const way = () => worded("a", "page.back", { href: back, rel: "noreferrer noopener", target: "_blank" });
  const line = el("p", { class: "line" }, worded("span", "page.intro"));
  $("talk").prepend(line);
  if (back) {
    line.append(" ", way());
    document.querySelector("footer").prepend(way());
  }
  restart();
  toTheEnd();
  return () => end(line);
}

/** The talk is long already: go on where it stopped, until the family moves by itself. */
function toTheEnd() {
  const follow = new MutationObserver(() => $("busy").scrollIntoView({ block: "end" }));
  follow.observe($("log"), { childList: true });
  const enough = () => follow.disconnect();
  setTimeout(enough, 4000);
  for (const kind of ["wheel", "touchstart", "keydown"]) addEventListener(kind, enough, { once: true, passive: true });
}

function leave() {
  sessionStorage.removeItem(DOOR);
  sessionStorage.removeItem(BACK);
}

/** "New talk" leaves this one here, and goes to the talk that this tab had itself, or to none. */
function restart() {
  const button = $("new-talk").cloneNode(true);
  $("new-talk").replaceWith(button);
  button.addEventListener("click", () => {
    if (!confirm(button.textContent + "?")) return;
    leave();
    location.replace("/?lang=" + document.documentElement.lang);
  });
}

/** Too long ago, or all was deleted: what was said goes out of sight, what was not sent yet does not. */
function end(line) {
  leave();
  $("log").querySelectorAll("[data-seq]:not([data-key='conversation.deleted'])").forEach((node) => node.remove());
  $("busy").textContent = "";
  document.body.classList.add("outside");
  line.replaceWith(worded("p", "page.gone", { class: "line", role: "alert" }));
}
