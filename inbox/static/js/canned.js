/* Canned answers after a slash, colleagues after an @. Words come from the server, where places are filled.
   It must not send anything: what is put in is a draft like any other, and what goes with it can be unticked. */

import { after, write } from "./suggest.js";

function name(form) {
  return `byline.also.${form.dataset.me}.${form.dataset.conversation}.${form.dataset.mode}`;
}

function kept(form) {
  return JSON.parse(sessionStorage.getItem(name(form)) ?? "{}");
}

async function fetched(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/* What is done with the answer stands beside the button, once, until it is unticked or sent. */
function offer(form, tick, address) {
  const place = form.querySelector(".also");
  if (!tick || place.querySelector(`[data-also="${tick.dataset.also}"]`)) return;
  place.append(document.importNode(tick, true));
  sessionStorage.setItem(name(form), JSON.stringify({ ...kept(form), [tick.dataset.also]: address }));
}

async function choose(area, option, start, end) {
  const sought = area.value.slice(start, end);
  const page = await fetched(option.dataset.words);
  if (!page || !area.isConnected) return;
  // One may have typed on while the words were on their way.
  const at = area.value.slice(start, end) === sought ? start : area.value.indexOf(sought);
  const words = page.querySelector("[name=words]").value;
  if (at < 0) write(area, words, area.selectionStart, area.selectionStart);
  else write(area, words, at, at + sought.length);
  offer(area.form, page.querySelector("[data-also]"), option.dataset.words);
}

async function restore() {
  for (const form of document.querySelectorAll('.composer form[data-mode="public"], .composer form[data-mode="private"]')) {
    for (const [id, address] of Object.entries(kept(form))) {
      if (form.querySelector(`[data-also="${id}"]`)) continue;
      const page = await fetched(address);
      if (form.isConnected) offer(form, page?.querySelector("[data-also]"), address);
    }
  }
}

function unticked({ target }) {
  const tick = target.closest?.("[data-also]");
  if (!tick || target.checked) return;
  const form = target.form;
  const left = kept(form);
  delete left[tick.dataset.also];
  sessionStorage.setItem(name(form), JSON.stringify(left));
}

function begin(event) {
  const button = event.target.closest?.("[data-canned]");
  if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const area = button.closest("form").querySelector("textarea");
  area.focus();
  const before = area.value.slice(0, area.selectionStart);
  area.setRangeText(before && !/\s$/.test(before) ? " /" : "/", area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" }));
}

/** Forgets what was to be done with an answer that is sent. */
export function sent(form) {
  sessionStorage.removeItem(name(form));
}

/** Lists canned answers and colleagues while one writes. */
export function start() {
  after({ matches: '.composer [data-mode="public"] [data-suggests], .composer [data-mode="private"] [data-suggests]', sign: "/", over: (words) => /\s/.test(words), choose });
  after({
    matches: '.composer [data-mode="note"] textarea',
    sign: "@",
    over: (words) => /[\n@]/.test(words) || words.length > 60,
    choose: (area, option, start, end) => write(area, `@${option.dataset.name} `, start, end),
  });
  document.addEventListener("click", begin);
  document.addEventListener("change", unticked);
  document.addEventListener("htmx:afterSettle", restore);
  restore();
}
