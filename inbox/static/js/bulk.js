/* How many rows are ticked, said and kept while the list moves on.
   It must not do a deed: the form does, with or without a script. */

import { say } from "./words.js";

const TICKED = "#rows .pick:checked";

function count() {
  const form = document.getElementById("bulk");
  if (!form) return;
  const many = document.querySelectorAll(TICKED).length;
  const words = many === 1 ? form.dataset.chosenOne : form.dataset.chosenMany.replace("{n}", many);
  document.getElementById("chosen").textContent = words;
  if (many) say(words);
}

/** Remembers what is ticked in a list; given the list that takes its place, ticks there what is still the same. */
export function carry(list) {
  const values = new Set([...list.querySelectorAll(".pick:checked")].map((box) => box.value));
  return (fresh) => {
    for (const box of fresh.querySelectorAll(".pick")) box.checked = values.has(box.value);
    if (values.size) count();
  };
}

/** Counts what is ticked. */
export function start() {
  document.addEventListener("change", (event) => event.target.matches?.(".pick") && count());
  document.addEventListener("reset", (event) => {
    if (event.target.id === "bulk") document.querySelector("#rows .pick:checked")?.closest("[data-id]").querySelector(".row").focus();
  });
}
