// Cards to show at a desk, and letters to keep. Fetched only when a talk has one. Made for old phones, as chat.js.

import { read, stop, voice } from "./aloud.js";
import { el } from "./dom.js";
import { tell } from "./leaving.js";
import { worded } from "./words.js";

let style = null; // the style sheet, on its way
let shownAt = 0; // the tap whose card was opened already

function dress() {
  if (!style) {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = "/static/desk.css";
    style = new Promise((resolve) => (link.onload = link.onerror = resolve));
    document.head.append(link);
  }
  return style;
}

/** Dutch lines are Dutch, whatever the language around them. */
function markDutch(bubble, lines, name) {
  bubble.querySelectorAll("span").forEach((line) => {
    if (lines.indexOf(line.textContent) < 0) return;
    line.lang = "nl";
    line.dir = "ltr";
    line.className = "dutch " + name;
  });
}

/** `page`: tap, tapped() and token() of chat.js. */
export function add(message, node, page) {
  const bubble = node.querySelector(".bubble");
  const tools = el("div", { class: "tools", lang: message.lang, dir: message.dir });
  dress();
  if (message.card) {
    markDutch(bubble, message.card.dutch, "said");
    const button = worded("button", "web.card_show", { type: "button", class: "tool" });
    button.addEventListener("click", () => show(message, button, page));
    tools.append(button);
    const tap = page.tapped();
    const opens = message.card.qr ? "handoff.counter" : "card." + message.card.name;
    if (tap.id === opens && tap.at !== shownAt) {
      shownAt = tap.at;
      dress().then(() => show(message, button, page));
    }
  } else {
    markDutch(bubble, [].concat(...Object.keys(message.letter).map((part) => message.letter[part])), "written");
    downloads(message, tools, page);
  }
  bubble.after(tools);
}

// --- a card, one on the screen

function show(message, opener, page) {
  const card = message.card;
  const from = window.pageYOffset;
  const close = worded("button", "web.card_close", { type: "button", class: "tool" });
  const print = worded("button", "web.print", { type: "button", class: "tool" });
  const own = { lang: card.lang, dir: card.dir };
  const bar = el("div", { class: "tools" }, close, print);
  if (voice("nl")) {
    const listen = worded("button", "web.card_listen", { type: "button", class: "tool" });
    listen.addEventListener("click", () => read(card.dutch.map((text) => ({ text, lang: "nl" }))));
    bar.append(listen);
  }
  const title = el("h2", Object.assign({ id: "desk-title" }, own), card.title);
  const dutch = el("div", { class: "large", lang: "nl", dir: "ltr" }, ...card.dutch.map((text) => el("p", {}, text)));
  const screen = el("div", { class: "desk", role: "dialog", "aria-modal": "true", "aria-labelledby": "desk-title" });
  screen.append(bar, title, dutch);
  if (card.qr) screen.append(el("img", { class: "qr", "aria-hidden": "true", src: "data:image/svg+xml;utf8," + encodeURIComponent(card.qr) }));
  screen.append(el("p", Object.assign({ class: "means" }, own), card.meaning));

  const next = message.choices.filter((choice) => /^card\./.test(choice.id));
  const others = el("div", { class: "tools", lang: message.lang, dir: message.dir });
  next.forEach((choice) => {
    const button = el("button", { type: "button", class: "tool" }, el("bdi", {}, choice.title));
    button.addEventListener("click", () => {
      leave();
      page.tap(choice);
    });
    others.append(button);
  });
  if (next.length) screen.append(others);

  // the question that follows a code at the counter must not stay behind it
  const news = new MutationObserver(() => {
    leave();
    document.getElementById("log").lastElementChild.scrollIntoView({ block: "nearest" });
  });

  function leave() {
    news.disconnect();
    stop();
    tell("resize");
    screen.remove();
    document.body.classList.remove("at-desk");
    window.scrollTo(0, from);
    opener.focus();
  }

  close.addEventListener("click", leave);
  print.addEventListener("click", () => window.print());
  screen.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault(); // it closes the card, and not what holds the page
      leave();
    }
    if (event.key !== "Tab") return;
    const buttons = screen.querySelectorAll("button");
    const first = buttons[0];
    const last = buttons[buttons.length - 1];
    const from = event.shiftKey ? first : last;
    if (document.activeElement !== from) return;
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  });
  if (card.qr) news.observe(document.getElementById("log"), { childList: true });
  document.body.append(screen);
  document.body.classList.add("at-desk");
  tell("resize");
  close.focus();
}

// --- a letter, to keep

function downloads(message, tools, page) {
  const failed = worded("p", "web.letter_failed", { role: "alert" });
  const title = worded("p", "web.letter_get", { id: "letter-" + message.seq });
  const group = el("div", { role: "group", "aria-labelledby": title.id });
  [["pdf", "PDF"], ["docx", "Word"], ["txt", "TXT"]].forEach(([kind, name]) => {
    const button = el("button", { type: "button", class: "tool", "data-letter": kind }, el("bdi", {}, name));
    button.addEventListener("click", () => {
      failed.remove();
      keep(message, kind, page).catch(() => tools.append(failed));
    });
    group.append(button);
  });
  tools.append(title, group, worded("p", "web.letter_warn", { class: "small" }));
}

async function keep(message, kind, page) {
  const headers = { Authorization: "Bearer " + page.token() };
  const path = "/webchat/v1/letters/" + message.seq + "." + kind;
  const response = await fetch(path, { headers, cache: "no-store", credentials: "omit" });
  if (!response.ok) throw new Error(response.status);
  const address = URL.createObjectURL(await response.blob());
  const link = el("a", { href: address, download: message.letter.name + "." + kind });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}
