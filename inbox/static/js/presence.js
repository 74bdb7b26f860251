/* Who else is here: says which conversation is in front and whether its text is being written, and shows who else is.
   It must not hold a name: names are fetched, as everything that a nudge tells of. */

import { tell } from "./live.js";

const PACE = 500; // milliseconds between two questions, and between two signs
const BEAT = 15000; // a page in front says so this often, and looks around
const STROKES = 5000; // whoever writes says so this often
const IDLE = 600000; // a page that nobody touches is in front of nobody

let shown = null; // what was fetched last
let waiting = null;
let asked = 0;
let said = null; // the conversation that was told last
let acted = performance.now();
let stroke = 0;
let writes = null; // the conversation in which writing was told last

function open() {
  return document.querySelector("#talk[data-conversation]")?.dataset.conversation ?? "";
}

function inFront() {
  return !document.hidden && performance.now() - acted < IDLE;
}

function report() {
  const now = inFront() ? open() : "";
  if (!inFront() && said === "") return;
  said = now;
  tell("viewing", { id: now });
}

function stopped() {
  if (writes) tell("writing", { id: writes, on: false });
  writes = null;
  stroke = 0;
}

function slot(parent, name) {
  const found = parent.querySelector(":scope > .company");
  if (found) return found;
  const made = document.createElement(name);
  made.className = "company";
  parent.append(made);
  return made;
}

function put(target, source) {
  const fresh = source?.innerHTML ?? "";
  // What stands there stays the same element, so that nobody's focus is lost and nothing is said twice.
  if (target.innerHTML !== fresh) target.replaceChildren(...(source?.cloneNode(true).childNodes ?? []));
}

function lay() {
  if (!shown) return;
  for (const row of document.querySelectorAll("#rows > [data-id]")) {
    const source = shown.querySelector(`[data-beside="${row.dataset.id}"]`);
    const meta = row.querySelector(".meta");
    if (meta && (source || meta.querySelector(".company"))) put(slot(meta, "span"), source);
  }
  const head = document.getElementById("company-head");
  if (head) put(head, shown.querySelector('[data-into="head"]'));
  const guard = document.getElementById("company-guard");
  if (guard) {
    const source = shown.querySelector('[data-into="guard"]');
    put(guard, source);
    guard.hidden = !source;
  }
  const rail = document.getElementById("company-rail");
  if (rail) put(rail, shown.querySelector('[data-into="rail"]'));
}

async function look() {
  waiting = null;
  if (document.hidden) return;
  asked = performance.now();
  const rows = [...document.querySelectorAll("#rows > [data-id]")].map((row) => row.dataset.id);
  const ids = [...new Set([...rows, open()])].filter(Boolean).join(",");
  const address = document.getElementById("company-address")?.dataset.address;
  if (!address) return;
  try {
    // As htmx says it: a page that asks by itself is no act of its person.
    const answer = await fetch(`${address}?${new URLSearchParams({ ids, open: open() })}`, { headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) return;
    shown = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("company");
    lay();
  } catch {
    // The line is down: the strip says so, and the next look heals it.
  }
}

function soon() {
  waiting ??= setTimeout(look, Math.max(0, asked + PACE - performance.now()));
}

function moved() {
  if (inFront() && open() !== said) {
    stopped();
    report();
    soon();
  }
  lay();
}

function act() {
  const slept = performance.now() - acted >= IDLE;
  acted = performance.now();
  if (slept) report();
}

function typed(event) {
  const area = event.target;
  if (!area.matches?.(".composer textarea")) return;
  if (!area.value.trim()) stopped();
  else if (performance.now() - stroke >= STROKES || writes !== open()) {
    stroke = performance.now();
    writes = open();
    tell("writing", { id: writes, on: true });
  }
}

/* A question to whoever writes goes where colleagues talk: into a note. */
function asks(event) {
  const name = event.target.closest?.("[data-asks]")?.dataset.asks;
  if (!name) return;
  document.querySelector("input[data-mode=note]")?.click();
  const area = document.querySelector("form.pane[data-mode=note] textarea");
  if (!area) return;
  if (!area.value) {
    area.value = `@${name} `;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  area.focus();
}

/** Says who is in front of what, and shows who else is. */
export function start() {
  if (!document.getElementById("company-address")) return;
  document.addEventListener("byline:connected", () => {
    said = null;
    report();
    soon();
  });
  document.addEventListener("byline:company", soon);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) stopped();
    report();
    soon();
  });
  for (const kind of ["pointerdown", "pointermove", "keydown", "wheel"]) {
    document.addEventListener(kind, act, { passive: true });
  }
  document.addEventListener("input", typed);
  document.addEventListener("submit", stopped, true);
  document.addEventListener("click", asks);
  document.addEventListener("htmx:afterSettle", moved);
  document.addEventListener("htmx:oobAfterSwap", lay);
  setInterval(() => {
    report();
    soon();
  }, BEAT);
}
