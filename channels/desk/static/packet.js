// What the family approved, line by line, and what lies behind it.

import { el, part, spoken } from "./dom.js";
import { book, plainly } from "./phrases.js";
import { dayLong, daysUntil, dirOf, away, languageName, moment, named, t } from "./words.js";

export function parts() {
  return [
    part({ class: "lines", "aria-label": t("packet") }, (card) => [card.content, card.lines, card.lang, card.consents, card.forgotten], drawLines),
    part({ class: "dates", "aria-label": t("dates") }, (card) => [card.content, card.agreed, card.timers, card.deadlines, card.lines], drawDates),
    part({ class: "why", "aria-label": t("why") }, (card) => [card.content, card.trace], drawTrace),
    part({ class: "next", "aria-label": t("next") }, (card) => [card.content, card.outcome, card.next_step], drawNext),
    part({ class: "consents", "aria-label": t("consents") }, (card) => [card.content, card.consents], drawConsents),
  ];
}

function drawLines(card) {
  if (!card.content) return [];
  if (!card.lines.length) return [el("h2", {}, t("packet")), el("p", {}, t(card.forgotten ? "packet.forgotten" : "packet.empty"))];
  const items = card.lines.map((line) => el("li", { class: line.kind, "data-kind": line.kind }, lineOf(line, card.lang)));
  const given = card.consents[0] && el("p", { class: "small" }, t("packet.approved", { at: moment(card.consents[0].given_at) }));
  return [el("h2", {}, t("packet")), given, el("ol", { class: "packet", role: "list" }, items)];
}

/** Dutch, and beside it what the family read and agreed to. */
function lineOf(line, lang) {
  const dutch = spoken("p", line.dutch, "nl", "ltr", { class: "dutch" });
  const theirs = lang === "nl" ? null : spoken("p", line.text, lang, dirOf(lang), { class: "theirs" });
  const own = line.own ? el("p", { class: "mark" }, `${t("packet.own")} · ${moment(line.at)}`) : null;
  return [el("div", { class: "pair" }, dutch, theirs), own];
}

function drawDates(card) {
  if (!card.content) return [];
  const rows = [
    ...(card.agreed ? [[t("dates.agreed"), `${moment(card.agreed)} (${away(card.agreed)})`, "agreed"]] : []),
    ...deadlines(card),
    ...(card.timers || []).map((one) => [named("timer", one.kind), `${moment(one.due_at)}`, "timer"]),
  ];
  if (!rows.length) return [];
  const list = rows.map(([name, words, kind]) => el("div", { class: kind }, el("dt", {}, name), el("dd", {}, words)));
  return [el("h2", {}, t("dates")), el("dl", {}, list)];
}

function deadlines(card) {
  return card.lines.filter((line) => line.day).map((line) => {
    const left = daysUntil(line.day);
    const words = left > 1 ? t("days.left", { days: left }) : left === 1 ? t("days.tomorrow") : left === 0 ? t("days.today") : t("days.past", { days: -left });
    return [spoken("span", line.dutch, "nl", "ltr"), `${dayLong(line.day)}: ${words}`, left <= 7 ? "deadline soon" : "deadline"];
  });
}

/** "Why does it say this?": behind every conclusion the answers, what is open, the facts with their sources. */
function drawTrace(card) {
  if (!card.content || !card.trace.length) return [];
  return [el("h2", {}, t("why")), ...card.trace.map(finding)];
}

function finding(one) {
  const title = el("summary", {}, spoken("span", one.right, "nl", "ltr"), ": ", el("strong", {}, named("finding", one.outcome)));
  return el(
    "details",
    { "data-id": one.receipt },
    title,
    el("p", {}, t("why.never")),
    list("why.used", one.used, "why.none"),
    list("why.missing", one.missing, "why.complete"),
    el("h3", {}, t("why.facts")),
    el("ul", { class: "facts" }, one.facts.map(fact)),
    el("p", { class: "small" }, t("why.receipt", { receipt: one.receipt, day: dayLong(one.day) })),
  );
}

function list(title, items, empty) {
  const body = items.length ? el("ul", {}, items.map((item) => spoken("li", item, "nl", "ltr"))) : el("p", {}, t(empty));
  return [el("h3", {}, t(title)), body];
}

function fact(one) {
  const sources = one.sources.length ? [el("span", { class: "small" }, `${t("why.source")} `, spoken("span", one.sources.join("; "), "nl", "ltr"))] : [];
  const certainty = el("span", { class: `certainty ${one.certainty}` }, named("certainty", one.certainty));
  return el("li", {}, spoken("p", one.text, "nl", "ltr"), el("p", {}, ...sources, " ", certainty));
}

function drawNext(card) {
  if (!card.content || !card.outcome) return [];
  const steps = (card.next_step || []).map((step) => inWords(spoken("li", step, "nl"), step, card.lang));
  return [el("h2", {}, t("next")), el("p", {}, named("outcome", card.outcome)), el("ul", {}, steps)];
}

/** A sentence of the phrasebook is kept by its key; its words come a moment later. */
function inWords(node, step, lang) {
  if (step.startsWith("phrase.")) {
    book(lang).then((known) => known.has(step) && (node.textContent = plainly(known.get(step))), () => {});
  }
  return node;
}

function drawConsents(card) {
  if (!card.content) return [];
  if (!card.consents.length) return [el("h2", {}, t("consents")), el("p", { class: "mark" }, t("consents.none"))];
  const rows = card.consents.map((one) => {
    const values = { receipt: one.receipt, count: one.items.length, at: moment(one.given_at), lang: languageName(one.lang) };
    const end = one.withdrawn_at ? ` ${t("consents.withdrawn", { at: moment(one.withdrawn_at) })}` : "";
    return el("li", {}, t("consents.given", values) + end);
  });
  return [el("h2", {}, t("consents")), el("ul", {}, rows)];
}
