/* The keyboard: j and k among rows, Enter into the thread, one letter for each deed, Esc a step back out.
   It must not do a deed itself: it presses the button that carries the letter (`data-key`), so that both always agree. */

const OFF = "byline.keys.off";
const BY_KEY = "byline.opened-by-key";

/* The row that was opened by Enter may have come as a new page, so the wish is kept beside it. */
function enter() {
  const thread = document.getElementById("thread");
  if (!thread || !sessionStorage.getItem(BY_KEY)) return;
  sessionStorage.removeItem(BY_KEY);
  thread.focus();
}

function typing(element) {
  return element.matches("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");
}

/** Whether shortcuts are wanted on this machine. */
export function wanted() {
  return !localStorage.getItem(OFF);
}

/** Whether it is there to be pressed: what is kept under "more" is, whether that is open or not. */
export function visible(element) {
  return (element.checkVisibility() || element.closest("#more .choices") !== null) && !element.disabled;
}

function step(by) {
  const rows = [...document.querySelectorAll("#rows .row")];
  if (!rows.length) return;
  const at = rows.indexOf(document.activeElement);
  const from = at >= 0 ? at : rows.findIndex((row) => row.hasAttribute("aria-current"));
  rows[Math.min(rows.length - 1, Math.max(0, from + by))].focus();
}

/* Chooses the row under the hand, or gives it back; with none there, the one whose conversation is open. */
function tick() {
  const row = document.activeElement.closest("#rows > [data-id]") ?? document.querySelector("#rows > [data-id]:has([aria-current])");
  const box = row?.querySelector(".pick");
  box?.click();
  return Boolean(box);
}

/* Text, thread, row: the way out is the way in, backwards. */
function out() {
  const at = document.activeElement;
  if (at.closest(".composer")) document.getElementById("thread")?.focus();
  else if (at.closest("#talk")) (document.querySelector("#rows [aria-current]") ?? document.querySelector("#rows .row"))?.focus();
  else at.blur();
}

/** Presses a deed's button; a way of writing takes the pen in hand as well. */
export function pressed(target) {
  target.click();
  if (target.dataset.mode) document.querySelector(`.pane[data-mode="${target.dataset.mode}"] textarea`)?.focus();
}

function press(letter) {
  const target = [...document.querySelectorAll(`[data-key="${letter}"]`)].find(visible);
  if (target) pressed(target);
  return Boolean(target);
}

function onKey(event) {
  if (event.defaultPrevented || event.isComposing) return;
  const at = document.activeElement ?? document.body;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const send = at.closest("form")?.querySelector(".send");
    if (send && visible(send)) {
      event.preventDefault();
      send.click();
    }
    return;
  }
  if (event.key === "Escape" && !document.querySelector("dialog[open], [popover]:popover-open")) {
    out();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(at)) return;
  if (document.querySelector("dialog[open]") || localStorage.getItem(OFF)) return;
  if (event.key === "j" || event.key === "k") {
    step(event.key === "j" ? 1 : -1);
    event.preventDefault();
  } else if (event.key === "/") {
    const box = [...document.querySelectorAll("input[type=search][name=q]")].find(visible);
    if (!box) return;
    box.focus();
    event.preventDefault();
  } else if (event.key === "x" && tick()) {
    event.preventDefault();
  } else if (event.key === "?") {
    document.getElementById("keys")?.showModal();
  } else if (/^[a-z]$/.test(event.key) && press(event.key)) {
    event.preventDefault();
  }
}

/** Listens for keys; the switch in the dialog turns the one-letter ones off on this machine. */
export function start() {
  document.addEventListener("keydown", onKey);
  for (const opener of document.querySelectorAll("[data-opens]")) {
    opener.hidden = false; // without a script there would be nothing to open
    opener.addEventListener("click", () => document.getElementById(opener.dataset.opens).showModal());
  }
  const toggle = document.getElementById("keys-on");
  if (toggle) {
    toggle.checked = !localStorage.getItem(OFF);
    toggle.addEventListener("change", () => {
      if (toggle.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "yes");
    });
  }
  // A row opened by the keyboard gives the thread the focus; a click leaves it where the hand is.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && document.activeElement?.matches(".row")) sessionStorage.setItem(BY_KEY, "yes");
  }, true);
  document.addEventListener("htmx:afterSettle", enter);
  enter();
}
