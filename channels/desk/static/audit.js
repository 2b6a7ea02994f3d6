// For auditors: who did what, when. No content of any case.

import { button, el, select, status } from "./dom.js";
import { auditOrgs } from "./seat.js";
import { call } from "./wire.js";
import { moment, t } from "./words.js";

const COLUMNS = ["id", "at", "who", "action", "object", "org", "detail"];

export async function audit(place) {
  const view = new Audit(place);
  await view.more();
  return { title: t("nav.audit") };
}

class Audit {
  constructor(place) {
    this.rows = [];
    this.after = 0;
    this.org = "";
    this.orgs = new Map(auditOrgs().map((one) => [one.slug, one.name]));
    this.said = status();
    this.body = el("tbody", { role: "rowgroup" });
    this.next = button(t("audit.more"), () => this.more(), { id: "more" });
    this.csv = el("a", { class: "button", download: "audit.csv" }, t("audit.csv"));
    place.append(el("h1", { tabindex: "-1" }, t("nav.audit")), this.filters(), this.said, this.table(), this.next);
    this.address();
  }

  filters() {
    const org = select([["", t("filter.org")], ...this.orgs], "", { "aria-label": t("filter.org"), id: "filter-org" });
    org.addEventListener("change", () => this.begin(org.value));
    this.words = el("input", { type: "search", "aria-label": t("audit.filter"), placeholder: t("audit.filter"), maxlength: "100", id: "filter-words" });
    this.words.addEventListener("input", () => this.draw());
    return el("div", { class: "pickers", role: "group", "aria-label": t("filter") }, this.words, this.orgs.size > 1 ? org : null, this.csv);
  }

  /** The roles are said, for a table that stands as blocks on a small screen. */
  table() {
    const heads = COLUMNS.map((name) => el("th", { role: "columnheader", scope: "col" }, t(`audit.${name}`)));
    return el("table", { role: "table", class: "audit", "aria-label": t("nav.audit") }, el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, heads)), this.body);
  }

  address() {
    this.csv.href = `/desk/api/audit.csv${this.org ? `?org=${encodeURIComponent(this.org)}` : ""}`;
  }

  async begin(org) {
    this.org = org;
    this.rows = [];
    this.after = 0;
    this.address();
    await this.more();
  }

  async more() {
    const query = new URLSearchParams({ after: this.after, ...(this.org ? { org: this.org } : {}) });
    try {
      const { rows, next } = await call("GET", `/audit?${query}`);
      this.rows.push(...rows);
      this.after = next;
      this.next.hidden = next === null;
      this.draw();
    } catch (failure) {
      this.said.textContent = failure.message;
    }
  }

  /** Every word that is typed must occur somewhere in the row. */
  draw() {
    const words = this.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const told = this.rows.map((row) => cells(row, this.orgs));
    const fits = told.filter((row) => words.every((word) => row.join(" ").toLowerCase().includes(word)));
    this.body.replaceChildren(...fits.map(line));
    this.said.textContent = t("audit.count", { count: fits.length, of: told.length });
  }
}

function cells(row, orgs) {
  const who = row.name || (row.actor_kind === "worker" ? `${t("audit.worker")} ${row.actor}` : t(`audit.${row.actor_kind}`));
  const detail = Object.entries(row.detail || {}).map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : value}`);
  return [row.id, moment(row.at), who, row.action, row.object, orgs.get(row.org) || row.org, detail.join("; ")].map(String);
}

function line(row) {
  return el("tr", { role: "row" }, row.map((words, at) => el("td", { role: "cell", "data-label": t(`audit.${COLUMNS[at]}`), dir: "auto" }, words)));
}
