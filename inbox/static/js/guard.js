/* What the guard offers: other words in the place of those it asks about, a safe way instead of a number.
   It must not decide anything: what may go out, the server says of every text. */

import { write } from "./suggest.js";

function offered({ target }) {
  const button = target.closest?.("[data-swap], [data-adds]");
  if (!button) return;
  const area = button.closest("form").querySelector("textarea[name=body]");
  const { swap, by = "", adds } = button.dataset;
  const at = swap ? area.value.indexOf(swap) : -1;
  if (at >= 0) write(area, by, at, at + swap.length);
  if (!adds) return;
  const end = area.value.trimEnd().length;
  write(area, `${end ? "\n\n" : ""}${adds}`, end, area.value.length);
}

/** Listens for what is chosen. */
export function start() {
  document.addEventListener("click", offered);
}
