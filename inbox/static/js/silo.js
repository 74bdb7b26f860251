/* What the back office answered, arriving while one looks: an empty sheet gets it as a draft, begun words stay as they are.
   It must not write over anything, nor put the same answer in twice. */

import { forget } from "./composer.js";
import { write } from "./suggest.js";

const lies = new Map(); // answer → whether it lies in the draft of this page; who empties the sheet again wants it empty

function told(note, laid) {
  for (const part of note.querySelectorAll("[data-laid]")) part.hidden = !laid;
  for (const part of note.querySelectorAll("[data-beside]")) part.hidden = laid;
}

function lay(area, words) {
  if (area.value.trim()) return area.value.includes(words.trim()) || area.value === area.defaultValue;
  const hand = document.activeElement;
  write(area, words, 0, area.value.length);
  // Whoever reads or lists goes on with that.
  if (hand && hand !== document.body) hand.focus();
  else area.blur();
  return true;
}

function arrived() {
  for (const note of document.querySelectorAll(".composer [data-lays]")) {
    const area = note.closest("form").querySelector("textarea[name=body]");
    const { returned } = note.dataset;
    if (!lies.has(returned)) lies.set(returned, lay(area, note.querySelector("[data-words]").textContent));
    told(note, lies.get(returned));
  }
}

/** Forgets what was sent to an agent; lays what comes back before whoever has the conversation open. */
export function start() {
  for (const area of document.querySelectorAll("form[data-sent] textarea")) forget(area);
  document.addEventListener("htmx:afterSettle", arrived);
  document.addEventListener("htmx:oobAfterSwap", arrived);
  arrived();
}
