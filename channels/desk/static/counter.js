// At a counter: the family shows six digits, to type or to scan; the case opens after the family's own yes.

import { el, field, select } from "./dom.js";
import { caseOrgs } from "./seat.js";
import { call } from "./wire.js";
import { t } from "./words.js";

const SCANNED = /^#counter=(\d{6})$/;
let digits = ""; // scanned, and not yet on the screen

/** Take the digits of a code that was scanned out of the address; whether there are any that nobody has seen yet. */
export function scanned() {
  const [, found] = SCANNED.exec(location.hash) || [];
  if (found) {
    digits = found;
    history.replaceState(null, "", location.pathname + location.search);
  }
  return Boolean(digits);
}

const AGAIN = 5000; // besides the stream, for when that is down

export async function counter(place, _match, desk) {
  const orgs = caseOrgs();
  const org = select(orgs.map((one) => [one.slug, one.name]), orgs[0]?.slug, { id: "org" });
  const code = el("input", { type: "text", id: "digits", inputmode: "numeric", autocomplete: "off", maxlength: "9", class: "digits" });
  const error = el("p", { class: "error", role: "alert" });
  const waits = el("p", { class: "status", role: "status", id: "waits" });
  const send = el("button", { type: "submit", class: "main" }, t("counter.submit"));
  const where = orgs.length > 1 ? field(t("counter.org"), org) : null;
  const form = el("form", { class: "narrow", novalidate: true }, where, field(t("counter.code"), code, t("counter.hint")), error, send, waits);
  const filled = Boolean(digits);
  code.value = digits;
  digits = "";
  let asked = "";
  let timer;

  const open = () => {
    if (!asked) return;
    clearInterval(timer);
    desk.go(`/desk/c/${asked}`);
  };
  const look = () => call("GET", `/cases/${asked}`).then(open, () => {});

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    error.textContent = "";
    waits.textContent = "";
    clearInterval(timer);
    const six = code.value.replace(/\D/g, "");
    if (six.length !== 6) {
      error.textContent = t("counter.six");
      return code.focus();
    }
    try {
      asked = (await call("POST", "/counter", { code: six, org: org.value })).code;
      waits.textContent = t("counter.waits", { code: asked });
      code.value = "";
      timer = setInterval(look, AGAIN);
    } catch (failure) {
      error.textContent = failure.message;
      code.select();
      code.focus();
    }
  });
  place.append(el("h1", { tabindex: "-1" }, t("nav.counter")), el("p", {}, t("counter.lead")), form);
  return {
    title: t("nav.counter"),
    focus: () => (filled ? send : code),
    keys: { Escape: () => desk.go("/desk") },
    heard: (name, data) => name === "case" && asked && data.code === asked && !data.gone && open(),
    leave: () => clearInterval(timer),
  };
}
