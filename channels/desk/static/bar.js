// The bar at the top: where one can go, the language, and the way out.

import { button, el, select } from "./dom.js";
import { help } from "./keys.js";
import * as seat from "./seat.js";
import { call } from "./wire.js";
import { LANGUAGES, lang, speak, t } from "./words.js";

const top = document.getElementById("top");

export function bar(desk) {
  const focused = top.contains(document.activeElement) ? document.activeElement.id : "";
  const name = el("a", { class: "brand", href: seat.home() }, el("img", { src: "/desk/static/house.svg", alt: "" }), "Thuiswijzer");
  const tools = el("div", { class: "tools" }, languages(desk), seat.me() ? exits(desk) : null);
  top.replaceChildren(name, ...(seat.me() ? [places()] : []), tools);
  if (focused) document.getElementById(focused)?.focus();
}

function places() {
  const links = [
    seat.caseOrgs().length && ["/desk", "nav.inbox"],
    seat.caseOrgs().length && ["/desk/counter", "nav.counter"],
    seat.adminOrgs().length && ["/desk/workers", "nav.workers"],
    seat.auditOrgs().length && ["/desk/audit", "nav.audit"],
    ["/desk/me", "nav.me"],
  ].filter(Boolean);
  const here = location.pathname.replace(/\/$/, "");
  const items = links.map(([href, key]) => el("li", {}, el("a", { href, "aria-current": here === href && "page" }, t(key))));
  return el("nav", { "aria-label": t("nav") }, el("ul", {}, items));
}

function languages(desk) {
  const options = Object.entries(LANGUAGES).map(([code, name]) => [code, name, { lang: code }]);
  const picker = select(options, lang(), { id: "language", "aria-label": t("language"), autocomplete: "off" });
  picker.addEventListener("change", async () => {
    const wanted = picker.value;
    if (seat.me()) await call("PUT", "/me", { lang: wanted }).catch(() => {});
    if (seat.me()) seat.me().lang = wanted;
    speak(wanted);
    document.getElementById("skip").textContent = t("skip");
    await desk.redraw();
  });
  return picker;
}

function exits(desk) {
  const out = async () => {
    try {
      await call("POST", "/logout");
    } catch (failure) {
      // whoever walks away must know that the session still stands
      if (failure.status !== 401) return desk.stays(failure);
    }
    desk.logout();
  };
  return [
    button("?", () => help(), { class: "round", "aria-label": t("keys.title") }),
    button(t("logout"), out, { id: "logout" }),
  ];
}
