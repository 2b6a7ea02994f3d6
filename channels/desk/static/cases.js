// The cases as this tab knows them: loaded once, kept current by the stream. Nothing here draws.

import { me } from "./seat.js";
import { call } from "./wire.js";

const DONE = new Set(["resolved", "transferred", "closed", "cancelled", "withdrawn", "blocked"]);
const rows = { open: new Map(), done: null };

export const cases = {
  event: 0,
  all: (show) => [...(rows[show] || new Map()).values()],
  get: (code) => rows.open.get(code) || rows.done?.get(code),
  isOpen: (row) => !DONE.has(row.state),
  urgent: () => [...rows.open.values()].filter((row) => row.urgency >= 3 && !row.assignee).length,
  clear() {
    rows.open = new Map();
    rows.done = null;
  },
};

/** Ask the server for one of the two lists. What is done is asked for anew each time: it is looked at rarely. */
export async function load(show) {
  const told = await call("GET", `/cases?show=${show}`);
  rows[show] = new Map(told.cases.map((row) => [row.code, row]));
  if (show === "open") cases.event = told.event;
}

/** A case is as the server says now; or is no longer for us. */
export function take(row) {
  if (!row.gone && (cases.get(row.code)?.version ?? -1) > row.version) return;
  rows.open.delete(row.code);
  rows.done?.delete(row.code);
  if (row.gone) return;
  if (cases.isOpen(row)) rows.open.set(row.code, row);
  else rows.done?.set(row.code, row);
}

/** Open again, and this worker helped before: the family was told that this worker sees it first. */
export function helped(row) {
  return !row.assignee && cases.isOpen(row) && row.prefer === me()?.id;
}

/** The most urgent first, then whom this worker helped before, then the oldest. */
export function inOrder(list) {
  return list.sort((a, b) => b.urgency - a.urgency || helped(b) - helped(a) || (a.created_at < b.created_at ? -1 : a.created_at > b.created_at ? 1 : 0));
}
