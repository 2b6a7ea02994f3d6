// What the inbox shows, as it stands in the address: it can be kept, shared and gone back to.

import { helped } from "./cases.js";
import { select } from "./dom.js";
import { caseOrgs } from "./seat.js";
import { languageName, t } from "./words.js";

const NAMES = ["who", "show", "urgency", "lang", "topic", "org"];
const DEFAULTS = { who: "all", show: "open" };

export function fromAddress() {
  const asked = new URLSearchParams(location.search);
  return Object.fromEntries(NAMES.map((name) => [name, asked.get(name) || DEFAULTS[name] || ""]));
}

export function toAddress(wanted) {
  const query = new URLSearchParams(NAMES.filter((name) => wanted[name] && wanted[name] !== DEFAULTS[name]).map((name) => [name, wanted[name]]));
  return `/desk${query.size ? `?${query}` : ""}`;
}

const WHO = { all: () => true, mine: (row) => row.mine || helped(row), free: (row) => !row.assignee };

export function fits(row, wanted) {
  return (WHO[wanted.who] || WHO.all)(row) && fitsBeside(row, wanted);
}

function fitsBeside(row, wanted) {
  return (
    (!wanted.urgency || String(row.urgency) === wanted.urgency) &&
    (!wanted.lang || row.lang === wanted.lang) &&
    (!wanted.topic || row.topic === wanted.topic) &&
    (!wanted.org || row.org === wanted.org)
  );
}

/** How many there are for each answer to "whose", with the other wishes as they are. */
export function counts(rows, wanted) {
  const told = { all: 0, mine: 0, free: 0 };
  for (const row of rows) {
    if (!fitsBeside(row, wanted)) continue;
    for (const name of Object.keys(told)) if (WHO[name](row)) told[name] += 1;
  }
  return told;
}

/** The lists to choose from, with only what occurs. `change(name, value)` hears of each choice. */
export function pickers(rows, wanted, change) {
  const make = (name, options) => {
    const known = options.some(([code]) => code === wanted[name]);
    const kept = wanted[name] && !known ? [[wanted[name], wanted[name]]] : [];
    const node = select([["", t(`filter.${name}`)], ...options, ...kept], wanted[name], { id: `filter-${name}`, "aria-label": t(`filter.${name}`) });
    node.addEventListener("change", () => change(name, node.value));
    return node;
  };
  return [
    make("urgency", [3, 2, 1, 0].map((level) => [String(level), t(`urgency.${level}`)])),
    make("lang", occurring(rows, "lang", (row) => languageName(row.lang, row.lang_name))),
    make("topic", occurring(rows, "topic", (row) => row.topic_title || row.topic)),
    ...(caseOrgs().length > 1 ? [make("org", caseOrgs().map((org) => [org.slug, org.name]))] : []),
  ];
}

function occurring(rows, name, words) {
  const found = new Map();
  rows.forEach((row) => row[name] && !found.has(row[name]) && found.set(row[name], words(row)));
  return [...found].sort((a, b) => a[1].localeCompare(b[1]));
}
