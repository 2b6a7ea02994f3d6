// Making pieces of page. Text goes in as text, always: nothing here reads HTML.

/** An element. Attributes that are null, false or undefined are left out; functions become listeners ("click"). */
export function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function button(label, click, attributes) {
  return el("button", { type: "button", click, ...attributes }, label);
}

let numbered = 0;

/** A number that no other element of this page has. */
export function newId(name) {
  numbered += 1;
  return `${name}-${numbered}`;
}

/** A field under its label, with a hint. `input` may be an input, a select or a textarea. */
export function field(label, input, hint) {
  if (!input.id) input.id = newId("field");
  const below = hint ? el("p", { class: "hint", id: `${input.id}-hint` }, hint) : null;
  if (below) input.setAttribute("aria-describedby", below.id);
  return el("div", { class: "field" }, el("label", { for: input.id }, label), below, input);
}

/** A list to choose from; `options`: [value, words] or [value, words, attributes]. */
export function select(options, value, attributes) {
  const node = el("select", attributes);
  node.append(...options.map(([code, words, more]) => el("option", { value: code, ...more }, words)));
  if (value !== undefined) node.value = value;
  return node;
}

/** A line in which something that happened is said, also to who cannot see it. */
export function status(attributes) {
  return el("p", { class: "status", role: "status", ...attributes });
}

/** Words in a language of their own, which runs its own way and does not pull its neighbours along. */
export function spoken(tag, words, lang, dir, attributes) {
  return el(tag, { lang, dir: dir || "auto", ...attributes }, words);
}

/** A part of the page that is drawn again only when what it shows is different. */
export function part(attributes, slice, draw) {
  const node = el("section", attributes);
  let seen;
  return {
    node,
    update(card) {
      const now = JSON.stringify(slice(card));
      if (now === seen) return;
      seen = now;
      redraw(node, () => node.replaceChildren(...draw(card).filter(Boolean)));
      node.hidden = !node.firstChild;
    },
  };
}

/** Draw anew, and leave open what was open and the focus where it was. */
function redraw(node, draw) {
  const open = [...node.querySelectorAll("details[open][data-id]")].map((one) => one.dataset.id);
  const focused = node.contains(document.activeElement) ? document.activeElement.dataset.id : null;
  draw();
  open.forEach((id) => find(node, id)?.setAttribute("open", ""));
  if (focused) find(node, focused)?.focus({ preventScroll: true });
}

function find(node, id) {
  return node.querySelector(`[data-id="${CSS.escape(id)}"]`);
}
