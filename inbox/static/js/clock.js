/* One timer for every clock in the page: badges by the minute (by the second in the last one) and the undo toast.
   It must not decide what a deadline is, or when time passes: what is left, the open stretches ahead and the server's own
   clock come with the page (inbox/web/badges.py); what is soon is said twice, here and in inbox/domain/sla.py, and a
   test lets both tell the same. */

import { words } from "./words.js";

const MINUTE = 60;
const SOON = 15 * MINUTE;

const page = document.getElementById("words");
// People's machines are often minutes wrong; the badge follows the house's clock, as the page brought it.
const ahead = page ? Number(page.dataset.now) - Date.now() / 1000 : 0;

function now() {
  return Date.now() / 1000 + ahead;
}

function duration(seconds, business) {
  const minutes = Math.ceil(seconds / MINUTE);
  const whole = (n, unit, rest) => (rest === 0 ? words(`whole${unit}`, { n }) : null);
  if (minutes < 60) return words("minutes", { n: minutes });
  const hours = Math.floor(minutes / 60);
  // Opening time has no days: nobody could tell how long one is.
  if (minutes < 1440 || business) {
    return whole(hours, "Hours", minutes % 60) ?? words("hours", { h: hours, m: String(minutes % 60).padStart(2, "0") });
  }
  const days = Math.floor(minutes / 1440);
  return whole(days, "Days", hours % 24) ?? words("days", { d: days, h: hours % 24 });
}

function told(late, seconds, business) {
  if (!late && Math.ceil(seconds) < MINUTE) return words("seconds", { n: Math.ceil(seconds) });
  if (!late) return duration(seconds, business);
  if (seconds < MINUTE) return words("past");
  return words("over", { time: duration(Math.floor(seconds / MINUTE) * MINUTE, business) });
}

function temper(late, seconds, target) {
  if (late) return "late";
  return seconds < SOON || seconds * 4 < target ? "soon" : "calm";
}

/* How much of the promised kind of time has passed since the server wrote the badge: what lies in its stretches. */
function passed(element, at) {
  let sum = 0;
  let ends = 0;
  for (const stretch of element.dataset.open.split(" ")) {
    const [from, to] = stretch.split("-");
    ends = to ? Number(to) : Infinity;
    sum += Math.max(0, Math.min(ends, at) - Number(from));
  }
  return { sum, known: at <= ends };
}

/* What is left, less than nothing when it is over. */
function remains(element, at) {
  const due = Number(element.dataset.due);
  if (!element.dataset.open) return due - at;
  const { sum, known } = passed(element, at);
  if (!known && !element.dataset.asked) {
    // The page has stood open for longer than the server looked ahead.
    element.dataset.asked = "yes";
    document.querySelectorAll("[data-live]").forEach((source) => window.htmx.trigger(source, "refetch"));
  }
  return Number(element.dataset.left) - sum;
}

function badge(element) {
  const at = now();
  const late = at > Number(element.dataset.due);
  const left = remains(element, at);
  const seconds = Math.abs(left);
  const target = Number(element.dataset.target);
  const text = told(late, seconds, "business" in element.dataset);
  const label = element.querySelector(".time");
  if (label.textContent !== text) label.textContent = text;
  const mood = temper(late, seconds, target);
  if (!element.classList.contains(mood)) {
    element.classList.remove("calm", "soon", "late");
    element.classList.add(mood);
  }
  const share = Math.floor(Math.min(1, seconds / target) * 100);
  const percent = late || seconds === 0 ? 0 : Math.max(1, share);
  set(element.querySelector("circle"), "stroke-dasharray", `${percent} 100`);
  set(element.querySelector("rect"), "width", `${100 - percent}%`);
}

function set(element, name, value) {
  if (element && element.getAttribute(name) !== value) element.setAttribute(name, value);
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
  document.querySelectorAll("[data-due]").forEach(badge);
  document.querySelectorAll("[data-until]").forEach(countdown);
}

/* The sheet that explains the clocks is fetched each time it opens, and again when something happened meanwhile. */
function explain() {
  if (document.querySelector("#clock:popover-open")) window.htmx.trigger("#clock-body", "refetch");
}

/* The badge that opened the sheet may have been exchanged meanwhile; whoever closes it must not start at the page's top. */
function toggled(event) {
  if (event.target.id !== "clock") return;
  if (event.newState === "open") {
    explain();
    return;
  }
  const at = document.activeElement;
  if (at === document.body || event.target.contains(at)) document.querySelector("#talk-head [data-key=clock]")?.focus();
}

/** Starts the timer; asks at once whenever htmx has brought something new. */
export function start() {
  tick();
  setInterval(tick, 1000);
  document.addEventListener("htmx:afterSettle", tick);
  // The event does not bubble, and the sheet is exchanged with its conversation.
  document.addEventListener("toggle", toggled, true);
  document.addEventListener("htmx:afterSettle", (event) => event.target.id === "thread" && explain());
  document.addEventListener("byline:over", (event) => {
    if (event.target.classList.contains("toast")) event.target.remove();
    document.querySelectorAll("[data-live]").forEach((source) => window.htmx.trigger(source, "refetch"));
  });
}
