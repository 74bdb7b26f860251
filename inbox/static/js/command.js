/* The command bar: every button and link of the page by its name, and the rows of the list.
   It must not know what there is to do: it reads it off the page, and presses what is chosen. */

import { pressed, visible } from "./keys.js";

const AT_MOST = 30; // of each kind; the list scrolls

let found = []; // what stands in the list now: option and what to do

function words(element) {
  const copy = element.cloneNode(true);
  copy.querySelectorAll("kbd, .n, .sr, svg, .channel, .face").forEach((part) => part.remove());
  const parts = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (parts.nextNode()) texts.push(parts.currentNode.data);
  return texts.join(" ").replace(/\s+/g, " ").trim();
}

function letter(element) {
  return (element.dataset.key ?? "").toUpperCase();
}

function here() {
  const letters = [...document.querySelectorAll("#talk [data-key], #bulk [data-key]")].filter((element) => element.dataset.key.length === 1);
  return letters.map((element) => ({
    name: words(element.closest("label") ?? element),
    element,
    key: letter(element),
    act: () => pressed(element),
    shown: element.matches("input") ? visible(element.closest("label")) && !element.disabled : visible(element),
  }));
}

function places() {
  // The rail may be folded away on a small screen; its links lead there all the same.
  return [...document.querySelectorAll(":is(#rail, .topbar, .with-menu nav) a[href]:not(.brand)")].map((element) => ({
    name: words(element),
    why: element.querySelector(".n")?.textContent.trim(),
    act: () => element.click(),
    shown: !element.hasAttribute("aria-current"),
  }));
}

function rows() {
  return [...document.querySelectorAll("#rows .row")].map((element) => ({
    name: words(element.querySelector(".who") ?? element),
    why: element.querySelector(".what")?.textContent.trim(),
    act: () => element.click(),
    shown: true,
  }));
}

/* Each word typed must begin a word of the name, or stand somewhere in it; those that begin it come first. */
function fitting(all, asked) {
  const typed = asked.toLowerCase().split(/\s+/).filter(Boolean);
  const scored = [];
  for (const one of all) {
    if (!one.shown || !one.name) continue;
    const whole = `${one.name} ${one.why ?? ""}`.toLowerCase();
    if (!typed.every((word) => whole.includes(word))) continue;
    scored.push([typed.every((word) => ` ${one.name.toLowerCase()}`.includes(` ${word}`)) ? 0 : 1, one]);
  }
  return scored.sort((one, other) => one[0] - other[0]).map((pair) => pair[1]).slice(0, AT_MOST);
}

function option(one, number) {
  const made = document.createElement("div");
  made.id = `command-${number}`;
  made.setAttribute("role", "option");
  made.setAttribute("aria-selected", "false");
  for (const [text, kind] of [[one.name, ""], [one.why ?? "", "why"]]) {
    const part = document.createElement("span");
    part.className = kind;
    part.textContent = text;
    made.append(part);
  }
  const last = document.createElement(one.key ? "kbd" : "span");
  last.textContent = one.key ?? "";
  made.append(last);
  return made;
}

function list(dialog, asked) {
  found = [];
  const kinds = { here: here(), go: places(), rows: asked.trim() ? rows() : [] };
  for (const [kind, all] of Object.entries(kinds)) {
    const group = dialog.querySelector(`[data-group=${kind}]`);
    group.querySelectorAll("[role=option]").forEach((old) => old.remove());
    for (const one of fitting(all, asked)) {
      const made = option(one, found.length);
      group.append(made);
      found.push({ option: made, act: one.act });
    }
    group.hidden = !group.querySelector("[role=option]");
  }
  const search = dialog.querySelector("#command-search");
  search.lastElementChild.textContent = asked.trim();
  found.push({ option: search, act: () => dialog.querySelector("form").requestSubmit() });
  choose(dialog, 0);
}

function choose(dialog, number) {
  const at = (number + found.length) % found.length;
  found.forEach(({ option: each }, index) => each.setAttribute("aria-selected", String(index === at)));
  dialog.querySelector(".ask").setAttribute("aria-activedescendant", found[at].option.id);
  found[at].option.scrollIntoView({ block: "nearest" });
}

function chosen() {
  return found.findIndex(({ option: each }) => each.getAttribute("aria-selected") === "true");
}

function run(dialog, number) {
  const { act, option: each } = found[number];
  if (each.id === "command-search" && !dialog.querySelector(".ask").value.trim()) return;
  // First closed: it gives the focus back to where it was, and the deed may want it elsewhere.
  dialog.close();
  act();
}

/** Opens with Ctrl+K or its button, and does what is chosen. */
export function start() {
  const dialog = document.getElementById("command");
  if (!dialog) return;
  const ask = dialog.querySelector(".ask");
  const open = () => {
    if (document.querySelector("dialog[open]")) return;
    ask.value = "";
    list(dialog, "");
    dialog.showModal();
    ask.focus();
  };
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  for (const button of document.querySelectorAll("[data-command]")) {
    button.hidden = false;
    button.addEventListener("click", open);
  }
  ask.addEventListener("input", () => list(dialog, ask.value));
  ask.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(dialog, chosen() + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      run(dialog, chosen());
    }
  });
  dialog.addEventListener("click", (event) => {
    const each = event.target.closest("[role=option]");
    if (each) run(dialog, found.findIndex((one) => one.option === each));
    else if (event.target === dialog) dialog.close();
  });
}
