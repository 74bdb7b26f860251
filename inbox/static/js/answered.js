/* Earlier answers beside a conversation: one key or one press puts one into the answer, at the cursor.
   It must not send anything: what is put in is a draft like any other, and the browser's own undo takes it out again. */

import { pressed, visible, wanted } from "./keys.js";
import { write } from "./suggest.js";
import { say } from "./words.js";

const held = new WeakSet(); // texts that the pen has been in: only there the cursor's place means something

/* The answer that is open; from a note one goes to the public one. */
function answer() {
  const open = [...document.querySelectorAll('.composer form[data-mode="public"], .composer form[data-mode="private"]')].find(visible);
  if (open) return open.querySelector("textarea");
  const way = document.querySelector('.composer input[data-mode="public"]');
  if (!way || !visible(way.closest("label"))) return null;
  pressed(way);
  return document.querySelector('.composer form[data-mode="public"] textarea');
}

function put(area, words) {
  const at = held.has(area) ? area.selectionStart : area.value.length;
  const end = held.has(area) ? area.selectionEnd : at;
  const before = area.value.slice(0, at);
  const text = before && !/\s$/.test(before) ? `\n${words}` : words;
  area.focus();
  area.setSelectionRange(at, end);
  // As if it were typed: only then the browser can undo it.
  if (!document.execCommand("insertText", false, text)) write(area, text, at, end);
}

async function fetched(form, area) {
  const page = await fetch(form.dataset.earlier, { headers: { "HX-Request": "true" } }).catch(() => null);
  const section = form.closest("section");
  // It was corrected meanwhile, or is gone: what stands here is old.
  if (!page?.ok || page.redirected) return window.htmx.trigger(section, "refetch");
  const words = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[name=words]")?.value;
  if (!words || !area.isConnected) return;
  const side = document.getElementById("side");
  if (side?.matches(":popover-open")) side.hidePopover();
  put(area, words);
  say(section.querySelector("[data-says]").dataset.says);
}

function submitted(event) {
  const form = event.target.closest?.("[data-earlier]");
  if (!form) return;
  const area = answer();
  // Where one writes on a screen of its own, the words wait there: the form goes its own way.
  if (!area || !visible(area) || area.disabled) return;
  event.preventDefault();
  fetched(form, area);
}

function onKey(event) {
  const digit = /^Digit([1-3])$/.exec(event.code)?.[1];
  if (!digit || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !wanted()) return;
  const button = document.querySelector(`#side [data-alt="${digit}"]`);
  if (!button || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  button.form.requestSubmit(button);
}

/** Listens for the keys and the buttons. */
export function start() {
  document.addEventListener("submit", submitted);
  document.addEventListener("keydown", onKey);
  document.addEventListener("focusin", ({ target }) => target.matches("textarea") && held.add(target));
}
