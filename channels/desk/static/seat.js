// Who sits here, and what this person may see.

import { call, keepCsrf } from "./wire.js";
import { speak } from "./words.js";

let who = null;

/** The worker who is logged in, or null. */
export function me() {
  return who;
}

export async function arrive() {
  who = await call("GET", "/me");
  keepCsrf(who.csrf);
  speak(who.lang);
  return who;
}

export function leave() {
  who = null;
  keepCsrf("");
}

function orgsWith(...roles) {
  return who ? who.orgs.filter((org) => roles.includes(org.role)) : [];
}

export const caseOrgs = () => orgsWith("agent", "lead");
export const adminOrgs = () => orgsWith("admin");
export const auditOrgs = () => orgsWith("auditor");
export const leads = (slug) => orgsWith("lead").some((org) => org.slug === slug);

/** Where this worker begins: whoever sees no cases has other work here. */
export function home() {
  if (caseOrgs().length) return "/desk";
  if (adminOrgs().length) return "/desk/workers";
  return auditOrgs().length ? "/desk/audit" : "/desk/me";
}
