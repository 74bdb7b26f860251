/* One timer for every clock in the page: badges by the minute (by the second in the last one) and the undo toast.
   It must not decide what a deadline is: `data-due` comes from the server, whose clock it follows. */

import { words } from "./words.js";

const MINUTE = 60;
const SOON = 15 * MINUTE;

const page = document.getElementById("words");
// People's machines are often minutes wrong; the badge follows the house's clock, as the page brought it.
const ahead = page ? Number(page.dataset.now) - Date.now() / 1000 : 0;

function now() {
  return Date.now() / 1000 + ahead;
}

function duration(seconds) {
  const minutes = Math.max(1, Math.ceil(seconds / MINUTE));
  if (minutes < 60) return words("minutes", { n: minutes });
  if (minutes < 1440) return words("hours", { h: Math.floor(minutes / 60), m: String(minutes % 60).padStart(2, "0") });
  return words("days", { d: Math.floor(minutes / 1440), h: Math.floor((minutes % 1440) / 60) });
}

function temper(left, target) {
  if (left < 0) return "late";
  return left < SOON || left * 4 < target ? "soon" : "calm";
}

function badge(element) {
  const left = Number(element.dataset.due) - now();
  const target = Number(element.dataset.target);
  let text;
  if (left < 0) text = words("over", { time: duration(Math.max(MINUTE, Math.floor(-left / MINUTE) * MINUTE)) });
  else if (left < MINUTE) text = words("seconds", { n: Math.ceil(left) });
  else text = duration(left);
  const label = element.querySelector(".time");
  if (label.textContent !== text) label.textContent = text;
  const mood = temper(left, target);
  if (!element.classList.contains(mood)) {
    element.classList.remove("calm", "soon", "late");
    element.classList.add(mood);
  }
  const share = Math.round(Math.min(1, Math.max(0, left / target)) * 100);
  element.querySelector("circle")?.setAttribute("stroke-dasharray", `${share} 100`);
}

function countdown(element) {
  const left = Math.max(0, Math.ceil(Number(element.dataset.until) - now()));
  const number = element.querySelector("[data-count]");
  if (number && number.textContent !== String(left)) number.textContent = String(left);
  if (left === 0) {
    element.removeAttribute("data-until");
    // Whoever stood on the button must not be thrown to the top of the page.
    if (element.contains(document.activeElement)) document.getElementById("thread")?.focus();
    element.dispatchEvent(new CustomEvent("byline:over", { bubbles: true }));
  }
}

function tick() {
  document.querySelectorAll(".due[data-due]").forEach(badge);
  document.querySelectorAll("[data-until]").forEach(countdown);
}

/** Starts the timer; asks at once whenever htmx has brought something new. */
export function start() {
  tick();
  setInterval(tick, 1000);
  document.addEventListener("htmx:afterSettle", tick);
  document.addEventListener("byline:over", (event) => {
    if (event.target.classList.contains("toast")) event.target.remove();
    document.querySelectorAll("[data-live]").forEach((source) => window.htmx.trigger(source, "refetch"));
  });
}
