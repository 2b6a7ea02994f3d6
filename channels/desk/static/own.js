// What workers see and change of themselves: which languages they speak, and where they are logged in.

import { button, el, field, status } from "./dom.js";
import { me } from "./seat.js";
import { call } from "./wire.js";
import { languageName, moment, named, t } from "./words.js";

const SPOKEN = ["nl", "en", "es", "pap", "ar", "fr", "pt", "so", "ti", "tr"];

export async function account(place) {
  const { sessions } = await call("GET", "/sessions");
  const said = status();
  const list = el("ul", { class: "sessions", role: "list" });
  const draw = (all) => list.replaceChildren(...all.map((one) => session(one, end)));
  const end = async (id) => {
    try {
      await call("DELETE", `/sessions/${id}`);
      draw((await call("GET", "/sessions")).sessions);
      said.textContent = t("sessions.ended");
      place.querySelector("#sessions").focus();
    } catch (failure) {
      said.textContent = failure.message;
    }
  };
  draw(sessions);
  const orgs = me().orgs.map((org) => el("li", {}, `${org.name}: ${named("role", org.role)}`));
  place.append(
    el("h1", { tabindex: "-1" }, t("nav.me")),
    el("p", {}, el("strong", { dir: "auto" }, me().name), el("br"), me().email),
    el("ul", {}, orgs),
    languages(),
    el("h2", { id: "sessions", tabindex: "-1" }, t("sessions")),
    list,
    said,
  );
  return { title: t("nav.me") };
}

function languages() {
  const said = status();
  const all = [...new Set([...SPOKEN, ...me().languages])];
  const boxes = all.map((code) => {
    const box = el("input", { type: "checkbox", value: code, id: `speaks-${code}` });
    box.checked = me().languages.includes(code);
    const labelled = field(languageName(code), box);
    labelled.classList.add("check");
    return labelled;
  });
  const save = async (event) => {
    event.preventDefault();
    const chosen = [...event.target.querySelectorAll("input:checked")].map((box) => box.value);
    try {
      me().languages = (await call("PUT", "/me", { languages: chosen })).languages;
      said.textContent = t("saved");
    } catch (failure) {
      said.textContent = failure.message;
    }
  };
  const group = el("fieldset", {}, el("legend", {}, t("me.languages")), el("div", { class: "boxes" }, boxes));
  return el("form", { submit: save }, group, el("button", { type: "submit" }, t("save")), said);
}

function session(one, end) {
  const since = t("sessions.since", { at: moment(one.created_at), seen: moment(one.seen_at) });
  const close = one.current ? el("strong", {}, t("sessions.this")) : button(t("sessions.end"), () => end(one.id), { "aria-label": t("sessions.end_one", { agent: one.agent.slice(0, 60) }) });
  return el("li", {}, el("p", { class: "agent" }, one.agent || t("sessions.unknown")), el("p", { class: "small" }, since), close);
}
