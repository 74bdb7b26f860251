/* The order of rules: arrow keys and a dragging hand press buttons that the form has anyway.
   It must not move a row itself: the server answers with the list as it stands then. */

import { say } from "./words.js";

const ROW = "[data-order] > tr[data-moves]";
let carried = null; // the row under the hand

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  const row = way && event.target.closest(ROW);
  if (!row) return;
  event.preventDefault();
  row.querySelector(`button[value^="${way}:"]:not([disabled])`)?.click();
}

function over(row) {
  document.querySelectorAll(`${ROW}.over`).forEach((other) => other.classList.toggle("over", other === row));
  row?.classList.add("over");
}

function lift(event) {
  carried = event.target.closest?.(ROW) ?? null;
  if (!carried) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", carried.dataset.number);
  carried.classList.add("carried");
}

function drag(event) {
  const row = carried && event.target.closest?.(ROW);
  if (!row) return;
  event.preventDefault();
  over(row);
}

function drop(event) {
  const row = carried && event.target.closest?.(ROW);
  if (!row || row === carried) return;
  event.preventDefault();
  const button = document.querySelector("[data-drop]");
  button.value = `move:${carried.dataset.number}:${row.dataset.number}`;
  button.click();
}

function letGo() {
  over(null);
  carried?.classList.remove("carried");
  carried = null;
}

function ready() {
  document.querySelectorAll(ROW).forEach((row) => {
    row.draggable = true;
  });
}

/** Listens on the page; a list that comes later is made ready when it has settled. */
export function start() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("dragstart", lift);
  document.addEventListener("dragover", drag);
  document.addEventListener("drop", drop);
  document.addEventListener("dragend", letGo);
  document.addEventListener("htmx:afterSettle", () => {
    ready();
    say(document.getElementById("policies")?.dataset.says);
  });
  ready();
}
