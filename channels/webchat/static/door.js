// The way in for a family from WhatsApp: one tap opens its conversation in this tab. For old phones, as chat.js.

import { Failure, backoff, call } from "./stream.js";

const LINK = "thuiswijzer.link"; // not used yet: this page can be loaded again
const $ = (id) => document.getElementById(id);
let entering = false;

/** The token goes out of the address bar, and with that out of what is copied from it. */
function hide() {
  const link = location.pathname.split("/").pop();
  if (link === "-") return;
  sessionStorage.setItem(LINK, link);
  history.replaceState(null, "", "/v/-" + location.search);
}

function gone() {
  sessionStorage.removeItem(LINK);
  $("closed").remove();
  $("gone").hidden = false;
}

/** The token of the talk waits where chat.js looks; a talk of this tab itself keeps its own place. */
function goIn(told) {
  sessionStorage.removeItem(LINK);
  sessionStorage.setItem("thuiswijzer.door", told.token);
  sessionStorage.setItem("thuiswijzer.back", told.back);
  location.replace("/?lang=" + told.lang);
}

async function enter(failures) {
  try {
    goIn(await call("/doors", null, { token: sessionStorage.getItem(LINK) }));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (!error.passing) return gone();
    $("offline").hidden = false;
    setTimeout(enter, error.retryAfter || backoff(failures), failures + 1);
  }
}

$("fallback").remove();
hide();
$("start").addEventListener("click", () => {
  if (entering) return;
  entering = true;
  enter(1);
});
if (!sessionStorage.getItem(LINK)) gone();
