// Place on the screen: what sticks, what is hidden below it, and when the page moves by itself.

import { $, root } from "./dom.js";

const say = $("say");
let arrived = 0; // when the last message came
let rested = 0; // where we left it
let fresh = null; // read from here
let above = 0; // what the header covers
let below = 0; // what the composer covers

/** How far the end of the talk is below what can be seen. */
function hidden() {
  return $("busy").getBoundingClientRect().bottom - innerHeight + below;
}

/** Just before a message comes: what to do once it stands there. It never moves who reads something else. */
export function before(node, ours) {
  const late = Date.now() - arrived > 9000 && Math.abs(pageYOffset - rested) < 99;
  const stay = late || ours || hidden() < 100;
  if (late || ours) fresh = node;
  arrived = Date.now();
  return () => {
    if (!stay) return;
    follow();
    rested = pageYOffset;
  };
}

/** To the end, but not past what the family said last, or what came late. */
function follow() {
  const top = fresh ? fresh.getBoundingClientRect().top - above : Infinity;
  if (hidden() > 0 && top > 0) scrollBy(0, Math.min(hidden(), top));
}

/** What sticks must never hide what has the focus. */
export function measure() {
  const composer = $("composer");
  const sticks = getComputedStyle(composer).position === "sticky";
  root.style.setProperty("--brand", $("brand").offsetHeight + "px");
  above = $("top").offsetHeight - $("brand").offsetHeight + 8;
  below = sticks ? composer.offsetHeight : 0;
  root.style.setProperty("--above", above + "px");
  root.style.setProperty("--below", below + 8 + "px");
}

/** The box grows with what stands in it. */
export function grow() {
  say.style.height = "auto";
  say.style.height = say.scrollHeight + say.offsetHeight - say.clientHeight + "px";
  measure();
}
