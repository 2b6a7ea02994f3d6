// What stays in this browser: the token of the talk, from the first message on. In this tab, or on this device if
// somebody wants that. A browser that keeps nothing for pages inside other pages is fine: then memory does.

import { site } from "./dom.js";

const TOKEN = "thuiswijzer.token" + (site ? "." + site : "");
const DOOR = "thuiswijzer.door"; // came from WhatsApp; another talk of this tab waits

function place(name) {
  try {
    window[name].getItem(TOKEN);
    return window[name];
  } catch (error) {
    const memory = {};
    return {
      getItem: (key) => (key in memory ? memory[key] : null),
      setItem: (key, value) => (memory[key] = value),
      removeItem: (key) => delete memory[key],
      clear: () => {},
    };
  }
}

export const tab = place("sessionStorage");
const device = place("localStorage");

export const guest = site ? null : tab.getItem(DOOR);

export function keptToken() {
  return guest || tab.getItem(TOKEN) || device.getItem(TOKEN);
}

export function keepToken(token) {
  (isOnDevice() ? device : tab).setItem(TOKEN, token);
}

export function dropToken() {
  tab.removeItem(TOKEN);
  device.removeItem(TOKEN);
}

export function isOnDevice() {
  return device.getItem(TOKEN) !== null;
}

/** From the tab to the device, or back. */
export function keepOnDevice(wanted, token) {
  dropToken();
  (wanted ? device : tab).setItem(TOKEN, token);
}

/** Nothing of any talk stays, whatever was wanted before. */
export function wipe() {
  tab.clear();
  try {
    Object.keys(localStorage).forEach((key) => /^thuiswijzer\./.test(key) && localStorage.removeItem(key));
  } catch (error) {
    // there is no such place
  }
}
