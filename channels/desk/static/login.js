// Logging in: e-mail, password and the code of this half minute; or the organisation's own accounts.

import { el, field } from "./dom.js";
import { call } from "./wire.js";
import { t } from "./words.js";

export async function login(place, _match, desk) {
  const asked = new URLSearchParams(location.search);
  const error = el("p", { class: "error", role: "alert" });
  const email = el("input", { type: "email", id: "email", autocomplete: "username", required: true, maxlength: "200" });
  const password = el("input", { type: "password", id: "password", autocomplete: "current-password", required: true, maxlength: "200" });
  const code = el("input", { type: "text", id: "code", autocomplete: "one-time-code", required: true, maxlength: "40", spellcheck: "false" });
  const send = el("button", { type: "submit", class: "main" }, t("login.submit"));
  const form = el(
    "form",
    { class: "narrow", novalidate: true },
    field(t("login.email"), email), field(t("login.password"), password), field(t("login.code"), code, t("login.code_hint")), error, send,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    error.textContent = "";
    const empty = [email, password, code].find((input) => !input.value.trim());
    if (empty) {
      error.textContent = t("login.empty");
      return empty.focus();
    }
    send.disabled = true;
    try {
      await call("POST", "/login", { email: email.value, password: password.value, code: code.value });
      await desk.entered(asked.get("next"));
    } catch (failure) {
      error.textContent = failure.message;
      code.value = ""; // it works once
      send.disabled = false;
      code.focus();
    }
  });
  place.append(el("h1", { tabindex: "-1" }, t("login")), ...own(asked.get("org")), form);
  if (location.hash.startsWith("#sso=")) error.textContent = t(location.hash === "#sso=refused" ? "sso.refused" : "sso.unreachable");
  return { title: t("login"), focus: () => email };
}

/** /desk/login?org=… is the address that an organisation with its own accounts gives to its people. */
function own(org) {
  if (!org || !/^[a-z0-9_-]{1,40}$/.test(org)) return [];
  return [el("p", {}, el("a", { class: "button", href: `/desk/oidc/${org}/start` }, t("sso.start"))), el("p", {}, t("sso.or"))];
}
