// The plan works without this. With it: ticking without a new page, what was ticked elsewhere, and less to scroll past.

const LOOK_EVERY = 5000; // milliseconds, while somebody looks

const root = document.documentElement;
const plan = document.querySelector(".plan");
const where = plan.dataset.where;
const news = document.getElementById("news");
let busy = 0; // ticks on their way: what is read meanwhile may be older

root.classList.add("scripted");
for (const about of document.querySelectorAll("details.about")) about.open = false;
addEventListener("beforeprint", () => document.querySelectorAll("details.about").forEach((about) => (about.open = true)));
const printer = document.getElementById("print");
if (printer) printer.addEventListener("click", () => print());

function tell(words) {
  news.textContent = words;
}

/** Said aloud at once; it lies over the text, so it goes again. */
function saved() {
  tell(news.dataset.saved);
  setTimeout(() => news.textContent === news.dataset.saved && tell(""), 10000);
}

/** How one item looks, done or not. */
function mark(form, done) {
  const button = form.querySelector("button");
  button.setAttribute("aria-pressed", String(done));
  button.value = done ? "0" : "1";
  form.closest(".item").classList.toggle("done", done);
}

/** What the server knows: {ticks, progress, made}. */
function show(told) {
  for (const form of document.querySelectorAll("form.tick")) mark(form, Boolean(told.ticks[form.dataset.slug]));
  document.getElementById("progress").textContent = told.progress;
  if (told.made !== plan.dataset.made) renewed();
}

function renewed() {
  if (news.querySelector("a")) return;
  const again = document.createElement("a");
  again.href = location.href;
  again.textContent = news.dataset.reload;
  news.replaceChildren(news.dataset.changed + " ", again);
}

async function send(form, done) {
  busy += 1;
  mark(form, done);
  try {
    const body = new URLSearchParams({ slug: form.dataset.slug, done: done ? "1" : "0" });
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.message);
    if (busy === 1) show(told);
    if (!news.querySelector("a")) saved();
  } catch (error) {
    mark(form, !done);
    tell(error instanceof TypeError || error instanceof SyntaxError || !error.message ? news.dataset.failed : error.message);
  } finally {
    busy -= 1;
  }
}

for (const form of document.querySelectorAll("form.tick")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, form.querySelector("button").getAttribute("aria-pressed") !== "true");
  });
}

let ticked = 0; // how often somebody ticked here
addEventListener("submit", () => (ticked += 1));

async function look() {
  if (document.hidden || busy) return;
  const before = ticked;
  try {
    const answer = await fetch(where + "/ticks" + location.search, { headers: { Accept: "application/json" } });
    if (answer.status === 404) location.reload();
    if (answer.ok && before === ticked && !busy) show(await answer.json());
  } catch {
    // no internet for a moment: the next look will do
  }
}

if (where) {
  setInterval(look, LOOK_EVERY);
  document.addEventListener("visibilitychange", look);
}
