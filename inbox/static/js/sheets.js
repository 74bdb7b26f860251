/* Forms in sheets: fetched each time their sheet opens, so that they know what stands in the conversation now.
   It must not know what is asked in them. */

function toggled(event) {
  const body = event.newState === "open" && event.target.querySelector?.("[data-fetched]");
  if (body) window.htmx.trigger(body, "refetch");
}

/* The first answer lies under the hand: a key opens the sheet, Enter gives it. */
function arrived({ detail: { target } }) {
  if (target.matches?.("[popover]:popover-open [data-fetched]")) target.querySelector("[autofocus]")?.focus();
}

/** Listens for sheets that open. */
export function start() {
  // The event does not bubble, and a sheet is exchanged with its conversation.
  document.addEventListener("toggle", toggled, true);
  document.addEventListener("htmx:afterSettle", arrived);
}
