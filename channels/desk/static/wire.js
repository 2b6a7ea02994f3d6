// Requests to the desk's server. Every refusal comes with a sentence for the worker.

import { lang, t } from "./words.js";

const BASE = "/desk/api";
const PATIENCE = 20000;
let csrf = "";

/** Something went wrong. status 0: no answer at all. `message` can be shown as it is. */
export class Failure extends Error {
  constructor(status, told = {}) {
    super(told.message || t(status ? "refused" : "offline"));
    this.status = status;
    this.error = told.error || "";
  }
}

export function keepCsrf(token) {
  csrf = token;
}

/** Who is told when the server knows us no more. */
export const ended = new EventTarget();

/** One request, one JSON answer; or a Failure. */
export async function call(method, path, body) {
  const response = await ask(method, path, body);
  const told = await response.json().catch(() => ({}));
  if (response.ok) return told;
  if (response.status === 401 && told.error === "session") ended.dispatchEvent(new Event("session"));
  throw new Failure(response.status, told);
}

async function ask(method, path, body) {
  const headers = { "Accept-Language": lang() };
  if (method !== "GET") headers["X-Desk-CSRF"] = csrf;
  if (body) headers["Content-Type"] = "application/json";
  const options = { method, headers, cache: "no-store", body: body && JSON.stringify(body) };
  try {
    return await fetch(BASE + path, { ...options, signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    throw new Failure(0);
  }
}
