// One phone. Everything on it comes as data and is put in as text, never as HTML.
"use strict";

const at = (id) => document.getElementById(id);
const talk = at("talk"), scroll = at("scroll"), say = at("say"), scrim = at("scrim");
const LINK = /(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]])|(?<=^|[\s(])\*([^\s*](?:[^*\n]*[^\s*])?)\*(?=$|[\s.,;:!?)])/gu;
const LABELS = { image: "Foto", video: "Video", audio: "Spraakbericht", document: "Document", sticker: "Sticker",
  location: "Plaats op de kaart", contacts: "Contact", unsupported: "Ander bericht" };
const TICK = "M1 6l4 4 8-9", TICKS = "M1 6l4 4 8-9M9 9.5l1 .5 8-9";
const OUT = "M9 5h10v10M19 5L6 18", LINES = "M4 7h16M4 12h16M4 17h10";
let known = new Map(), typingTimer = 0, last = null;

function make(tag, attributes = {}, ...inside) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...inside);
  return node;
}

function icon(path, box = "0 0 24 24") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", box);
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

function outside(url, ...inside) {
  const safe = /^https?:\/\//u.test(url);
  return safe ? make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...inside) : make("span", {}, ...inside);
}

function words(text) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    parts.push(text.slice(from, found.index));
    parts.push(found[1] ? make("bdi", {}, outside(found[1], found[1])) : make("b", {}, found[2]));
    from = found.index + found[0].length;
  }
  return [...parts, text.slice(from)];
}

async function act(what, told) {
  const headers = { "Content-Type": "application/json" };
  try {
    const answer = await fetch(`${location.pathname}/${what}`, { method: "POST", headers, body: JSON.stringify(told) });
    trouble(answer.ok ? "" : "Dat lukte niet.");
    return answer.ok;
  } catch {
    trouble("Geen verbinding.");
    return false;
  }
}

function trouble(text) {
  at("trouble").textContent = text;
  at("trouble").hidden = !text;
}

function tap(one, choice) {
  const button = make("button", { type: "button", class: "tap", dir: "auto" }, make("span", {}, choice.title));
  if (one.tapped.includes(choice.title)) button.classList.add("tapped");
  button.addEventListener("click", () => act("taps", { on: one.wamid, choice: choice.id }));
  return button;
}

function row(one, choice) {
  const inside = make("span", { class: "words" }, make("b", {}, choice.title));
  if (choice.description) inside.append(make("span", { class: "what" }, choice.description));
  const button = make("button", { type: "button", class: "row", dir: "auto" }, inside);
  if (one.tapped.includes(choice.title)) button.classList.add("tapped");
  button.addEventListener("click", () => {
    sheet(false);
    act("taps", { on: one.wamid, choice: choice.id });
  });
  return button;
}

function openList(one) {
  at("sheet-title").textContent = one.open_list;
  const rows = [];
  let section = "";
  for (const choice of one.choices) {
    if (choice.section && choice.section !== section) rows.push(make("h3", { dir: "auto" }, choice.section));
    section = choice.section;
    rows.push(row(one, choice));
  }
  at("rows").replaceChildren(...rows);
  sheet(true);
  at("close").focus();
}

function sheet(open) {
  scrim.hidden = !open;
  for (const node of scrim.parentNode.children) node.inert = open && node !== scrim;
}

function taps(one) {
  if (one.link) {
    const link = outside(one.link.url, icon(OUT), make("span", {}, one.link.title));
    link.className = "tap";
    link.dir = "auto";
    return [link];
  }
  if (one.how !== "list") return one.choices.map((choice) => tap(one, choice));
  const open = make("button", { type: "button", class: "tap", dir: "auto", "aria-haspopup": "dialog" });
  open.append(icon(LINES), make("span", {}, one.open_list));
  open.addEventListener("click", () => openList(one));
  return [open];
}

function thing(kind) {
  if (kind === "audio") {
    const wave = make("span", { class: "wave", "aria-hidden": "true" }, ...Array.from({ length: 22 }, () => make("i")));
    return make("p", { class: "thing" }, icon("M8 5l11 7-11 7z"), wave, make("span", { class: "unseen" }, LABELS.audio));
  }
  if (kind === "image" || kind === "video") {
    return make("p", { class: "thing photo" }, icon("M4 18l5-6 4 4 3-3 4 5M4 5h16v14H4zM15 9.5h.1"), LABELS[kind]);
  }
  return make("p", { class: "thing" }, icon("M6 3h8l4 4v14H6zM14 3v4h4"), LABELS[kind] || kind);
}

function meta(one) {
  const time = new Date(one.at);
  const clock = time.toLocaleTimeString("nl-NL", { hour: "2-digit", minute: "2-digit" });
  const told = make("p", { class: "meta" });
  if (one.edited) told.append("bewerkt");
  told.append(make("time", { datetime: time.toISOString() }, clock));
  if (one.mine) {
    const state = { sent: "verstuurd", delivered: "aangekomen", read: "gelezen" }[one.state];
    const mark = make("span", { class: one.state }, icon(one.state === "sent" ? TICK : TICKS, "0 0 19 12"));
    told.append(mark, make("span", { class: one.state === "read" ? "read" : "unseen" }, state));
  }
  return told;
}

function bubble(one, quoted) {
  const inside = make("div", { class: "bubble" });
  if (quoted) inside.append(make("p", { class: "quote", dir: "auto" }, make("span", {}, quoted)));
  if (one.header) inside.append(make("b", { class: "head", dir: "auto" }, one.header));
  if (one.revoked) inside.append(make("p", { class: "gone" }, "Dit bericht is ingetrokken"));
  else if (!["text", "interactive", "button", "template"].includes(one.kind)) inside.append(thing(one.kind));
  if (one.text) inside.append(make("p", { class: "text", dir: "auto" }, ...words(one.text)));
  if (one.footer) inside.append(make("p", { class: "foot", dir: "auto" }, one.footer));
  inside.append(meta(one));
  const node = make("article", { class: one.mine ? "is-mine" : "is-theirs", "data-id": one.wamid }, inside);
  node.prepend(make("span", { class: "unseen" }, one.mine ? "U: " : "Antwoord: "));
  const choices = taps(one);
  if (choices.length) node.append(make("div", { class: "taps" }, ...choices));
  return node;
}

function day(moment) {
  const text = new Date(moment).toLocaleDateString("nl-NL", { weekday: "long", day: "numeric", month: "long" });
  return make("p", { class: "day" }, text);
}

function show(screen) {
  const low = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  at("ours").firstElementChild.textContent = screen.ours;
  at("name").textContent = document.title = screen.name;
  let added = false, before = "";
  for (const one of screen.talk) {
    one.tapped = screen.talk.filter((other) => other.mine && other.quotes === one.wamid).map((other) => other.text);
    const quoted = one.mine && one.quotes ? screen.talk.find((other) => other.wamid === one.quotes)?.text || "" : "";
    const key = JSON.stringify([one, quoted]), date = new Date(one.at).toDateString(), old = known.get(one.wamid);
    if (old?.key !== key) {
      const node = bubble(one, quoted);
      if (old) old.node.replaceWith(node);
      else {
        if (date !== before) talk.append(day(one.at));
        talk.append(node);
        added = true;
      }
      known.set(one.wamid, { key, node });
    }
    before = date;
  }
  typing(screen.typing);
  if (added || low) scroll.scrollTop = scroll.scrollHeight;
  last = screen;
  look();
}

function typing(until) {
  clearTimeout(typingTimer);
  at("typing").hidden = !until;
  at("under").textContent = until ? "typt …" : "zakelijk nummer";
  if (until) typingTimer = setTimeout(typing, 25000, "");
}

function look() {
  const unread = last?.talk.some((one) => !one.mine && one.state === "delivered");
  if (unread && document.visibilityState === "visible") act("looks", {});
}

function fit() {
  const empty = !say.value.trim();
  at("send").hidden = empty;
  at("voice").hidden = !empty;
}

async function send(event) {
  event.preventDefault();
  const text = say.value.trim();
  say.value = "";
  if (text && !(await act("says", { text }))) say.value = `${text}\n${say.value}`.trim();
  fit();
  say.focus();
}

const live = new EventSource(`${location.pathname}/live`);
live.addEventListener("message", (event) => { trouble(""); show(JSON.parse(event.data)); });
live.addEventListener("error", () => trouble("Geen verbinding."));
document.addEventListener("visibilitychange", look);
at("composer").addEventListener("submit", send);
say.addEventListener("input", fit);
say.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
});
at("photo").addEventListener("click", () => act("sends", { kind: "image" }));
at("voice").addEventListener("click", () => act("sends", { kind: "audio" }));
at("close").addEventListener("click", () => sheet(false));
scrim.addEventListener("click", (event) => { if (event.target === scrim) sheet(false); });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") sheet(false); });
