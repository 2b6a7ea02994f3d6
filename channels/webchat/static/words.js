// What the page itself says: it comes with the page, and again when somebody changes the language.

import { $, asked, el, on, root, site } from "./dom.js";
import { backoff, call } from "./stream.js";

const picker = $("language");
let told = JSON.parse($("words").textContent); // {lang, dir, words, dutch, languages}
let wanted = told.lang;

export let words = told.words;
export let language = { lang: told.lang, dir: told.dir };

/** A place for a word: it changes when the language of the page changes. */
export function worded(tag, key, attributes) {
  const node = el(tag, Object.assign({ "data-word": key }, attributes));
  translate(node);
  return node;
}

function translate(node) {
  const key = node.dataset.word;
  const word = words[key];
  if (!word) return;
  node.textContent = word.replace("{day}", () => day(node.dataset.day));
  if (told.dutch.indexOf(key) >= 0) {
    node.lang = "nl";
    node.dir = "ltr";
  } else if (node.lang === "nl") {
    node.removeAttribute("lang");
    node.removeAttribute("dir");
  }
}

/** A date as this language writes it; anything else ("2024") as it is. */
export function day(text) {
  const known = Intl.DateTimeFormat.supportedLocalesOf(language.lang).length;
  if (!known || !/^\d{4}-\d\d-\d\d$/.test(text)) return text || "";
  const format = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
  return new Intl.DateTimeFormat(language.lang + "-u-nu-latn", format).format(new Date(text));
}

/** Put the page in a language. Tried until it works; till then it stays as it is. */
export async function speak(code, failures = 0) {
  if (code === wanted && !failures) return;
  wanted = code;
  let answer;
  try {
    answer = await call("/words?" + new URLSearchParams({ lang: code, site, gemeente: asked.get("gemeente") || "" }));
  } catch (error) {
    if (error.passing) setTimeout(() => code === wanted && speak(code, failures + 1), backoff(failures + 1));
    else wanted = "";
    return;
  }
  if (code !== wanted) return;
  told = answer;
  wanted = told.lang;
  words = told.words;
  language = { lang: told.lang, dir: told.dir };
  root.lang = told.lang;
  root.dir = told.dir;
  document.querySelectorAll("[data-word]").forEach(translate);
  document.querySelectorAll("[data-label]").forEach((node) => {
    const word = words[node.dataset.label];
    if (word) node.setAttribute("aria-label", word);
  });
  picker.value = told.lang;
}

/** The ways to another language: the list, and buttons where the page has links for who runs no script. */
export function offerLanguages(change) {
  on(picker, "change", () => change(picker.value));
  picker.value = told.lang;
  $("languages").textContent = "";
  told.languages.forEach((one) => {
    const button = el("button", { type: "button", class: "choice", lang: one.code, dir: one.dir }, one.name);
    on(button, "click", () => change(one.code));
    $("languages").append(button);
  });
}

/** In the list: this language, and what it is called. */
export function pick(code) {
  picker.value = code;
}

export function picked() {
  return { code: picker.value, name: picker.options[picker.selectedIndex].text };
}
