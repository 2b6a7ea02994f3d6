// For administrators: who works here, as what. No word of any case comes by here.

import { ask } from "./dialog.js";
import { button, el, field, select, status } from "./dom.js";
import { adminOrgs, me } from "./seat.js";
import { call } from "./wire.js";
import { languageName, named, t } from "./words.js";

const ROLES = ["agent", "lead", "auditor", "admin"];

export async function workers(place) {
  const view = new Workers(place);
  await view.load();
  return { title: t("nav.workers") };
}

class Workers {
  constructor(place) {
    this.orgs = new Map(adminOrgs().map((org) => [org.slug, org.name]));
    this.said = status();
    this.list = el("ul", { class: "people", role: "list" });
    this.link = el("div", { class: "link", role: "status" });
    place.append(el("h1", { tabindex: "-1" }, t("nav.workers")), this.invite(), this.link, el("h2", {}, t("workers.list")), this.said, this.list);
  }

  async load() {
    const { workers: found } = await call("GET", "/workers");
    this.list.replaceChildren(...found.map((one) => this.person(one)));
  }

  invite() {
    const name = el("input", { type: "text", maxlength: "80", required: true, autocomplete: "off", id: "name" });
    const email = el("input", { type: "email", maxlength: "200", required: true, autocomplete: "off", id: "email" });
    const org = select([...this.orgs], undefined, { id: "org" });
    const role = select(ROLES.map((one) => [one, named("role", one)]), "agent", { id: "role" });
    const error = el("p", { class: "error", role: "alert" });
    const send = async (event) => {
      event.preventDefault();
      error.textContent = "";
      this.link.replaceChildren();
      const body = { name: name.value, email: email.value, org: org.value, role: role.value };
      try {
        this.show(await call("POST", "/workers", body), name.value);
        name.value = email.value = "";
        await this.load();
      } catch (failure) {
        error.textContent = failure.message;
        (failure.error === "body" ? name : email).focus();
      }
    };
    const where = this.orgs.size > 1 ? field(t("workers.org"), org) : null;
    return el(
      "form",
      { class: "invite", submit: send, novalidate: true },
      el("h2", {}, t("workers.invite")),
      el("div", { class: "fields" }, field(t("workers.name"), name), field(t("login.email"), email), where, field(t("workers.role"), role)),
      error, el("button", { type: "submit", class: "main" }, t("workers.invite_submit")),
    );
  }

  /** The link lets somebody in once; it is shown once. */
  show({ link }, name) {
    const whole = location.origin + link;
    const box = el("input", { type: "text", readonly: true, value: whole, id: "link" });
    const copied = status();
    const copy = () => navigator.clipboard.writeText(whole).then(() => (copied.textContent = t("copied")), () => box.select());
    this.link.replaceChildren(field(t("workers.link", { name }), box, t("workers.link_hint")), button(t("copy"), copy), copied);
    box.focus();
    box.select();
  }

  person(one) {
    const self = one.id === me().id;
    const roles = one.orgs.map((org) => this.role(one, org, self));
    const speaks = one.languages.map((code) => languageName(code)).join(", ");
    return el(
      "li",
      { "data-id": one.id },
      el("div", {}, el("strong", { dir: "auto" }, one.name), el("p", { class: "small" }, one.email), speaks ? el("p", { class: "small" }, t("workers.speaks", { languages: speaks })) : null),
      el("div", {}, roles),
      el("div", {}, el("p", {}, named("worker", one.state)), self ? el("p", { class: "small" }, t("workers.self")) : this.switch(one)),
    );
  }

  role(one, org, self) {
    const name = this.orgs.get(org.slug) || org.slug;
    if (self) return el("p", {}, `${name}: ${named("role", org.role)}`);
    const options = [...ROLES, "none"].map((role) => [role, named("role", role)]);
    const picker = select(options, org.role, { "aria-label": t("workers.role_of", { name: one.name, org: name }) });
    picker.addEventListener("change", () => {
      const wish = picker.value;
      const change = () => this.change(one, { role: wish, org: org.slug });
      if (wish !== "none") return change();
      picker.value = org.role;
      this.sure(t("workers.out", { name: one.name, org: name }), change);
    });
    return el("p", {}, this.orgs.size > 1 ? `${name} ` : "", picker);
  }

  switch(one) {
    if (one.state === "off") return button(t("workers.on"), () => this.change(one, { state: "active" }), { "aria-label": t("workers.on_one", { name: one.name }) });
    const off = () => this.sure(t("workers.off_lead", { name: one.name }), () => this.change(one, { state: "off" }));
    return button(t("workers.off"), off, { "aria-label": t("workers.off_one", { name: one.name }) });
  }

  sure(words, run) {
    ask({ title: words, submit: t("yes"), danger: true, run });
  }

  async change(one, wish) {
    this.said.textContent = "";
    try {
      await call("PUT", `/workers/${one.id}`, wish);
      this.said.textContent = t("saved");
    } catch (failure) {
      this.said.textContent = failure.message;
    }
    await this.load();
    this.list.querySelector(`[data-id="${one.id}"] select, [data-id="${one.id}"] button`)?.focus();
  }
}
