// What every part of the page needs. All parts are written for old phones (Safari 12.1, Chrome 66):
// no `?.`, no `??`, no lookbehind.

export const $ = (id) => document.getElementById(id);
export const on = (node, name, act) => node.addEventListener(name, act);
export const root = document.documentElement;
export const asked = new URLSearchParams(location.search);
export const site = root.dataset.site || ""; // whose page this is; "" for our own

export function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const name in attributes) if (attributes[name]) node.setAttribute(name, attributes[name]);
  node.append(...children);
  return node;
}

/** A link to elsewhere. */
export function away(href, dir) {
  return { href, dir, rel: "noreferrer noopener", target: "_blank" };
}
