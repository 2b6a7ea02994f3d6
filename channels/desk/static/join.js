// Accepting an invitation: a password, an app for the codes, and ten codes on paper that are shown once.

import { button, el, field, status } from "./dom.js";
import { call } from "./wire.js";
import { t } from "./words.js";

export async function join(place, _match, desk) {
  const token = location.hash.slice(1);
  const title = el("h1", { tabindex: "-1" }, t("join"));
  place.append(title);
  let invited;
  try {
    invited = await call("GET", `/join?token=${encodeURIComponent(token)}`);
  } catch (failure) {
    place.append(el("p", { class: "error" }, failure.message), el("p", {}, el("a", { href: "/desk/login" }, t("join.to_login"))));
    return { title: t("join") };
  }
  place.append(...steps(place, token, invited, desk));
  return { title: t("join") };
}

function steps(place, token, invited, desk) {
  const secret = new URL(invited.totp_uri).searchParams.get("secret") || "";
  const code = el("img", { class: "qr", alt: t("join.qr"), src: `data:image/svg+xml;utf8,${encodeURIComponent(withSpace(invited.qr_svg))}` });
  const password = el("input", { type: "password", id: "password", autocomplete: "new-password", required: true, maxlength: "200" });
  const digits = el("input", { type: "text", id: "code", inputmode: "numeric", autocomplete: "one-time-code", required: true, maxlength: "10" });
  const shown = el("input", { type: "checkbox", id: "show" });
  shown.addEventListener("change", () => (password.type = shown.checked ? "text" : "password"));
  const error = el("p", { class: "error", role: "alert" });
  const send = el("button", { type: "submit", class: "main" }, t("join.submit"));
  const show = field(t("join.show"), shown);
  show.classList.add("check");
  const user = el("input", { type: "email", autocomplete: "username", id: "email", readonly: true, value: invited.email });
  const form = el(
    "form",
    { class: "narrow", novalidate: true },
    el("h2", {}, t("join.step1")), field(t("login.email"), user), field(t("join.password"), password, t("join.password_hint")), show,
    el("h2", {}, t("join.step2")), el("p", {}, t("join.app")), code,
    el("p", {}, t("join.secret"), " ", el("code", { class: "secret" }, secret.replace(/(.{4})(?=.)/g, "$1 "))),
    field(t("join.code"), digits), error, send,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    error.textContent = "";
    send.disabled = true;
    try {
      const { recovery } = await call("POST", "/join", { token, password: password.value, code: digits.value });
      history.replaceState(null, "", "/desk/join");
      codes(place, recovery, desk);
    } catch (failure) {
      error.textContent = failure.message;
      send.disabled = false;
      (failure.error === "code" ? digits : password).focus();
    }
  });
  return [el("p", {}, t("join.hello", { name: invited.name })), form];
}

/** An image needs to be told which kind of XML it is. */
function withSpace(svg) {
  return svg.includes("xmlns=") ? svg : svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
}

/** Shown once: nobody keeps them, not even we. */
function codes(place, recovery, desk) {
  const said = status();
  const title = el("h1", { tabindex: "-1" }, t("codes"));
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(recovery.join("\n"));
      said.textContent = t("copied");
    } catch {
      said.textContent = t("copy.by_hand");
    }
  };
  place.replaceChildren(
    title,
    el("p", {}, t("codes.lead")),
    el("ol", { class: "codes" }, recovery.map((one) => el("li", {}, el("code", {}, one)))),
    el("p", { class: "row noprint" }, button(t("print"), () => print()), button(t("copy"), copy)),
    said,
    el("p", { class: "noprint" }, button(t("codes.kept"), () => desk.go("/desk/login"), { class: "main" })),
  );
  title.focus();
}
