/* Pictures beside what one writes: chosen, pasted or dropped. Too large a file is told at once and never sent.
   It must not look into a file: whether it is a picture, the server says. */

const AT_ONCE = 4; // as many of the largest as the door takes in one go

function field(form) {
  return form.querySelector("input[type=file][data-largest]");
}

function say(form, template) {
  const place = form.querySelector(".pictures");
  place.querySelector("[role=alert]")?.remove();
  place.prepend(template.content.cloneNode(true));
}

function picked(input) {
  if (!input.files.length) return;
  const sizes = [...input.files].map((file) => file.size);
  const largest = Number(input.dataset.largest);
  if (sizes.some((size) => size > largest) || sizes.reduce((all, size) => all + size, 0) > AT_ONCE * largest) {
    say(input.form, input.form.querySelector("template[data-too-large]"));
    input.value = "";
    return;
  }
  const busy = input.closest(".attach");
  busy.querySelector(".busy").textContent = busy.querySelector("template[data-busy]").content.textContent;
  window.htmx.trigger(input, "picked");
}

/* Pictures alone: text that is pasted or dropped goes where the browser puts it. */
function taken(event, given) {
  const form = event.target.closest?.(".composer form.pane");
  const input = form && field(form);
  const files = [...(given?.files ?? [])].filter((file) => file.type.startsWith("image/"));
  if (!input || !files.length) return;
  event.preventDefault();
  const list = new DataTransfer();
  files.forEach((file) => list.items.add(file));
  input.files = list.files;
  picked(input);
}

/** Listens for files that are chosen, pasted and dropped. */
export function start() {
  document.addEventListener("change", ({ target }) => {
    if (target.matches?.("input[type=file][data-largest]")) picked(target);
  });
  document.addEventListener("paste", (event) => taken(event, event.clipboardData));
  document.addEventListener("dragover", (event) => {
    if (event.target.closest?.(".composer form.pane") && event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => taken(event, event.dataTransfer));
  document.addEventListener("htmx:afterRequest", ({ detail: { elt } }) => {
    if (!elt.matches?.("input[type=file][data-largest]")) return;
    const busy = elt.closest(".attach")?.querySelector(".busy");
    if (busy) busy.textContent = "";
    elt.value = "";
  });
}
