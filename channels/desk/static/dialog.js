// A question that must be answered before something happens. What is typed in it stays when it fails.

import { button, el } from "./dom.js";
import { t } from "./words.js";

/**
 * Ask. `fields`: nodes; `run`: does it, and raises Failure. Closes when it worked.
 * `first`: where the focus begins; `danger`: it cannot be undone.
 */
export function ask({ title, lead, fields = [], submit, danger = false, run, first }) {
  const error = el("p", { class: "error", role: "alert" });
  const yes = el("button", { type: "submit", class: danger ? "danger" : "main" }, submit);
  const no = button(t("cancel"), () => dialog.close());
  const heading = el("h2", { id: "dialog-title" }, title);
  const form = el("form", { novalidate: true }, heading, lead ? el("p", {}, lead) : null, fields, error, el("p", { class: "row" }, yes, no));
  const dialog = el("dialog", { "aria-labelledby": "dialog-title" }, form);
  const before = document.activeElement;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (yes.getAttribute("aria-disabled") === "true") return;
    yes.setAttribute("aria-disabled", "true");
    error.textContent = "";
    try {
      await run();
      dialog.close();
    } catch (failure) {
      error.textContent = failure.message;
    } finally {
      yes.removeAttribute("aria-disabled");
    }
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) form.requestSubmit();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (before?.isConnected) before.focus();
    else document.querySelector("h1")?.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  (first || form.querySelector("input, select, textarea") || no).focus();
  return dialog;
}
