// Around the talk: the size of the letters, the talk on this device, and a code to go on elsewhere.
// Fetched when the page stands already.

import { $, on, root } from "./dom.js";
import { isOnDevice, keepOnDevice, tab } from "./keeping.js";
import { measure } from "./place.js";
import { begun, moveIn, token } from "./session.js";
import { call } from "./stream.js";
import { worded } from "./words.js";

const SIZE = "thuiswijzer.size";
const SIZES = [100, 125, 150, 200]; // per cent
let size = SIZES.indexOf(Number(tab.getItem(SIZE)));

function resize(step) {
  size = Math.min(Math.max(size + step, 0), SIZES.length - 1);
  root.style.fontSize = SIZES[size] + "%";
  root.classList.toggle("large", SIZES[size] >= 150);
  $("smaller").disabled = size === 0;
  $("larger").disabled = size === SIZES.length - 1;
  if (step && begun()) tab.setItem(SIZE, SIZES[size]);
  measure();
}

/** The switch says what is so; a talk that ends takes it along, and its code. */
function follow() {
  $("keep").checked = isOnDevice();
  if (!token) $("code").hidden = true;
}

// --- a code for another device

async function makeCode() {
  const place = $("code");
  place.textContent = "";
  place.hidden = false;
  try {
    const made = await call("/codes", token, {});
    const code = document.createElement("p");
    code.className = "code";
    code.dir = "ltr";
    code.textContent = made.code.replace(/(.{4})(?=.)/g, "$1 ");
    place.append(code, worded("p", "web.code_made"));
  } catch (error) {
    place.append(worded("p", "web.code_failed"));
  }
  place.scrollIntoView({ block: "nearest" });
}

async function useCode(event, catchUp) {
  event.preventDefault();
  const box = $("code-typed");
  const wrong = $("code-wrong");
  wrong.textContent = "";
  if (!box.value.trim()) return box.focus();
  try {
    const told = await call("/doors", null, { code: box.value });
    box.value = "";
    $("code-in").open = false;
    await catchUp(moveIn(told.token));
    $("say").focus();
  } catch (error) {
    wrong.append(worded("span", error.gone ? "web.code_wrong" : "web.code_failed"));
    box.focus();
  }
}

/** `catchUp`: shows a talk that began elsewhere, in silence. */
export function start(catchUp) {
  size = Math.max(size, 0);
  if (size) resize(0);
  $("smaller").disabled = size === 0;
  on($("smaller"), "click", () => resize(-1));
  on($("larger"), "click", () => resize(1));
  follow();
  on($("keep"), "change", () => keepOnDevice($("keep").checked, token));
  new MutationObserver(follow).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  on($("code-out"), "click", makeCode);
  on($("code-form"), "submit", (event) => useCode(event, catchUp));
}
