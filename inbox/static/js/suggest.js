/* A list under a text that is being written: opened by a sign, narrowed by typing, chosen by key or hand. The pen stays in
   the text; the list is only pointed at (aria-activedescendant). It must not know what is listed, or what choosing does. */

let open = null; // { area, list, start, kind } while a list is shown

function options(all = false) {
  return [...open.list.querySelectorAll('[role="option"]')].filter((one) => all || !one.hidden);
}

function point(to) {
  for (const one of options(true)) one.setAttribute("aria-selected", String(one === to));
  if (!to) return open.area.removeAttribute("aria-activedescendant");
  open.area.setAttribute("aria-activedescendant", to.id);
  to.scrollIntoView({ block: "nearest" });
}

/** Takes the list away; what was typed stays. */
export function close() {
  if (!open) return;
  open.area.removeAttribute("aria-activedescendant");
  open.area.removeAttribute("aria-controls");
  open.list.remove();
  open = null;
}

/* What is typed after the sign, or null when the sign is gone or the pen is elsewhere. */
function typed() {
  const { area, start, kind } = open;
  if (area.value[start] !== kind.sign || area.selectionStart <= start) return null;
  const words = area.value.slice(start + 1, area.selectionStart);
  return kind.over(words) ? null : words.toLowerCase();
}

function narrow() {
  const words = typed();
  if (words === null) return close();
  for (const one of options(true)) one.hidden = !(one.dataset.begins.startsWith(words) || one.dataset.finds.includes(words));
  const found = options();
  if (!found.length) return close();
  found.sort((a, b) => b.dataset.begins.startsWith(words) - a.dataset.begins.startsWith(words));
  point(found[0]);
}

async function show(area, kind, start) {
  close();
  const answer = await fetch(area.dataset.suggests, { headers: { "HX-Request": "true" } }).catch(() => null);
  // What is no list is a refusal or the door; then one simply goes on writing.
  if (!answer?.ok || answer.redirected) return;
  const list = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector('[role="listbox"]');
  if (!list || !area.isConnected || open || document.activeElement !== area) return;
  open = { area, list: document.importNode(list, true), start, kind };
  area.closest(".sheet-in").append(open.list);
  area.setAttribute("aria-controls", open.list.id);
  open.list.addEventListener("mousedown", (event) => event.preventDefault());
  open.list.addEventListener("click", (event) => pick(event.target.closest('[role="option"]')));
  narrow();
}

function pick(option) {
  if (!option) return;
  const { area, start, kind } = open;
  const end = area.selectionStart;
  close();
  kind.choose(area, option, start, end);
}

function onKey(event) {
  if (!open || event.target !== open.area || event.isComposing || event.ctrlKey || event.metaKey) return;
  const found = options();
  const at = found.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) point(found[(at + step + found.length) % found.length]);
  else if (event.key === "Enter" || event.key === "Tab") pick(found[at]);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Lists something after a sign in texts that match. `kind`: { matches, sign, over(words), choose(area, option, start, end) }. */
export function after(kind) {
  document.addEventListener("input", (event) => {
    const area = event.target;
    if (open && area === open.area) return narrow();
    if (!area.matches?.(kind.matches) || event.inputType === "insertFromPaste") return;
    const at = area.selectionStart - 1;
    if (area.value[at] === kind.sign && (at === 0 || /\s/.test(area.value[at - 1]))) show(area, kind, at);
  });
}

/** Writes into a text as if it had been typed, so that its draft is kept and its length counted. */
export function write(area, words, start, end) {
  area.focus();
  area.setRangeText(words, start, end, "end");
  area.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
}

document.addEventListener("keydown", onKey, true);
document.addEventListener("focusout", (event) => {
  if (open && event.target === open.area) close();
});
