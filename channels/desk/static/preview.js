// Exactly what the family will read, with the Dutch beside it.

import { el, spoken } from "./dom.js";
import { dirOf, languageName, t } from "./words.js";

/** `lines`: [Dutch, theirs] per sentence; `text`: free words, as they are or below their translation. */
export function preview(node, lines, text, lang, translation) {
  node.replaceChildren();
  node.hidden = !lines.length && !text;
  if (node.hidden) return;
  const dutch = [...lines.map(([one]) => one), text].filter(Boolean).join("\n");
  const own = translation ? [translation.text, translation.notice, text] : [text];
  const theirs = [...lines.map(([, one]) => one), ...own].filter(Boolean).join("\n");
  if (lang === "nl") return node.append(column(t("preview.family"), theirs, "nl", "theirs"));
  const name = languageName(lang);
  node.append(column(t("preview.dutch"), dutch, "nl", "dutch"), column(t("preview.in", { lang: name }), theirs, lang, "theirs"));
  if (text) node.append(el("p", { class: "mark" }, translation ? t("preview.translated") : t("preview.untranslated")));
}

export function column(title, words, code, kind) {
  return el("div", { class: kind }, el("h3", {}, title), spoken("p", words, code, dirOf(code), { class: "text" }));
}
