/* Forms in sheets: fetched each time their sheet opens, so that they know what stands in the conversation now.
   It must not know what is asked in them. */

/* Words that somebody has begun in a form are theirs: it is not fetched anew under them, and an old version is said then. */
function begun(body) {
  return [...body.querySelectorAll("textarea")].some((area) => area.value !== area.defaultValue);
}

function spared({ detail }) {
  if (detail.target.matches?.("[data-fetched]") && begun(detail.target)) detail.shouldSwap = false;
}

function toggled(event) {
  const body = event.newState === "open" && event.target.querySelector?.("[data-fetched]");
  if (body && !begun(body)) window.htmx.trigger(body, "refetch");
}

/* The first answer lies under the hand: a key opens the sheet, Enter gives it. */
function arrived({ detail: { target } }) {
  if (target.matches?.("[popover]:popover-open [data-fetched]")) target.querySelector("[autofocus]")?.focus();
}

/* A hand is quicker than a slow line: the sheet opens without any script, and had nobody to fetch its form. */
function openedBefore() {
  for (const body of document.querySelectorAll("[popover]:popover-open [data-fetched]")) window.htmx.trigger(body, "refetch");
}

/* What is chosen under "more" has its own place: nothing stays open beneath it. */
function chosen({ target }) {
  if (target.closest?.("#more .choices button")) document.getElementById("more").hidePopover();
}

/** Listens for sheets that open. */
export function start() {
  // The event does not bubble, and a sheet is exchanged with its conversation.
  document.addEventListener("toggle", toggled, true);
  document.addEventListener("htmx:afterSettle", arrived);
  document.addEventListener("htmx:beforeSwap", spared);
  document.addEventListener("click", chosen);
  // htmx hangs its own ears on the page in this event, before us.
  document.addEventListener("DOMContentLoaded", openedBefore);
}
