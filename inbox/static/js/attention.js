/* Tells the server that somebody works in the open conversation: one beat every few seconds, and one when they leave it.
   It must not say what they do, or beat while nobody looks. */

const BEAT = 15_000; // milliseconds, as `inbox/domain/attention.py` reckons
const STILL_HERE = 60_000;

let acted = -Infinity;
let told = -Infinity;

function inFront() {
  return document.visibilityState === "visible" && document.hasFocus() && performance.now() - acted < STILL_HERE;
}

function tell() {
  const address = document.getElementById("talk")?.dataset.attention;
  const token = document.querySelector("input[name=csrf_token]")?.value;
  if (!address || !token) return;
  told = performance.now();
  // A beat that is lost costs its few seconds, and nobody anything else.
  fetch(address, { method: "POST", keepalive: true, headers: { "X-CSRFToken": token } }).catch(() => {});
}

function act() {
  const back = performance.now() - told > BEAT;
  acted = performance.now();
  if (back && inFront()) tell();
}

/** Listens for acts, and beats. */
export function start() {
  for (const kind of ["pointerdown", "keydown", "wheel", "touchmove"]) {
    document.addEventListener(kind, act, { passive: true, capture: true });
  }
  setInterval(() => inFront() && tell(), BEAT);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && performance.now() - acted < STILL_HERE) tell();
  });
  document.addEventListener("htmx:afterSettle", ({ detail: { target } }) => {
    // Another conversation has come: what was spent until now belongs to the one before.
    if (target.id === "talk" && inFront()) tell();
  });
}
