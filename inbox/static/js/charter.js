/* A rule to point to goes to the cursor of the public answer. Without a script, or where no answer is on the screen, its
   form puts it at the end of the draft. It must not choose words: the button brings them. */

import { write } from "./suggest.js";

function publicAnswer() {
  const way = document.querySelector('.modes input[value="public"]');
  if (way && !way.checked) way.click();
  const area = document.querySelector('form.pane[data-mode="public"] textarea[name="body"]');
  return area?.checkVisibility?.() ? area : null;
}

function insert(event) {
  const button = event.target.closest?.("[data-reference]");
  if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const area = publicAnswer();
  if (!area) return;
  event.preventDefault();
  for (const sheet of [document.getElementById("charter-sheet"), document.getElementById("side")]) {
    if (sheet?.matches(":popover-open")) sheet.hidePopover();
  }
  const { selectionStart: start, selectionEnd: end, value } = area;
  const gap = start > 0 && !/\s/.test(value[start - 1]) ? " " : "";
  write(area, gap + button.dataset.reference, start, end);
}

/** Listens for rules that are to be pointed to. */
export function start() {
  document.addEventListener("click", insert);
}
