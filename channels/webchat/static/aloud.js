// Reads aloud, with voices of this device only: one that needs a server of somebody else is not used.
// Fetched when there is something to read.

import { el, on } from "./dom.js";
import { worded } from "./words.js";

const waiting = []; // messages whose language has no voice yet
let reading = null; // the button of what is being read

/** A voice of this device for a language, or undefined. */
export function voice(lang) {
  const all = window.speechSynthesis ? speechSynthesis.getVoices() : [];
  return all.filter((one) => one.localService && one.lang.split(/[-_]/)[0].toLowerCase() === lang)[0];
}

/** Read parts {text, lang} one after another; `ended`: called at the end, also when somebody stops it. */
export function read(parts, ended) {
  speechSynthesis.cancel();
  parts.forEach((part, at) => {
    const said = new SpeechSynthesisUtterance(part.text);
    said.voice = voice(part.lang);
    said.lang = said.voice.lang;
    said.rate = 0.9;
    if (ended && at === parts.length - 1) said.onend = said.onerror = ended;
    speechSynthesis.speak(said);
  });
}

export function stop() {
  if (window.speechSynthesis) speechSynthesis.cancel();
  if (reading) label(reading, "web.listen");
  reading = null;
}

function label(button, key) {
  button.textContent = "";
  button.append(worded("span", key));
}

/** Line by line, each in its own language; then what can be chosen. What no voice speaks is left out. */
function partsOf(node) {
  const parts = [];
  node.querySelectorAll(".bubble span, .choices bdi").forEach((line) => {
    const lang = line.closest("[lang]").lang;
    if (line.textContent.trim() && voice(lang)) parts.push({ text: line.textContent, lang });
  });
  return parts;
}

/** A button to hear a message, where a voice for its language exists, or as soon as one does. */
export function add(message, node) {
  if (!voice(message.lang)) return void waiting.push([message, node]);
  const button = el("button", { type: "button", class: "listen" });
  label(button, "web.listen");
  on(button, "click", () => {
    const starts = reading !== button;
    stop();
    if (!starts) return;
    reading = button;
    label(button, "web.listen_stop");
    read(partsOf(node), () => reading === button && stop());
  });
  node.querySelector(".bubble").after(button);
}

if (window.speechSynthesis && speechSynthesis.addEventListener) {
  on(speechSynthesis, "voiceschanged", () => waiting.splice(0).forEach((one) => add(...one)));
}
addEventListener("pagehide", stop);
