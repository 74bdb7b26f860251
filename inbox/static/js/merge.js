/* How a fetched list or thread joins the one on the screen, so that nothing jumps under a hand or an eye.
   It must not fetch, and must not make markup: it moves elements that the server rendered. */

import { carry } from "./bulk.js";
import { counted, say } from "./words.js";

const QUIET = 10_000; // milliseconds between two numbers that are said aloud: in a storm nobody could listen to each

let held = null; // the fresh rows that wait behind the pill
let unsaid = 0; // how many new rows nobody was told of aloud
let speaking = null;
let spoke = -Infinity;

function byId(container) {
  return new Map([...container.querySelectorAll(":scope > [data-id]")].map((element) => [element.dataset.id, element]));
}

/* The bar of what is new lies over the last rows: a hand that it came under, or that reaches for it, has not left. */
const HAND = "#rows:hover, #newbar:hover";

function busy(list) {
  return document.querySelector(HAND) !== null || list.contains(document.activeElement) || list.querySelector("[aria-current], .pick:checked") !== null;
}

function current() {
  return document.querySelector("#talk[data-conversation]")?.dataset.conversation;
}

/** Marks the row whose conversation is open. */
export function mark() {
  const open = current();
  document.querySelectorAll("#rows > [data-id]").forEach((item) => {
    const link = item.querySelector(".row");
    if (item.dataset.id === open) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
}

function resort(list, fresh) {
  const known = byId(list);
  for (const [id, item] of byId(fresh)) if (!known.has(id)) item.classList.add("arriving");
  const tickAgain = carry(list);
  list.replaceChildren(...fresh.childNodes);
  list.dataset.total = fresh.dataset.total ?? "";
  tickAgain(list);
  held = null;
  mark();
  pill(0);
}

/* Whether it says something else than before. */
function pill(count) {
  const button = document.getElementById("newbar");
  const words = count ? counted("new", count) : "";
  if (!button || button.textContent === words) return false;
  button.hidden = count === 0;
  button.textContent = words;
  return true;
}

function announce(count) {
  unsaid = count;
  speaking ??= setTimeout(() => {
    speaking = null;
    spoke = performance.now();
    say(counted("new", unsaid));
    unsaid = 0;
  }, Math.max(0, spoke + QUIET - performance.now()));
}

/* Lets in what waits. Whoever did that sees it, and need not be told of it any more. */
function letIn() {
  resort(document.getElementById("rows"), held);
  clearTimeout(speaking);
  speaking = null;
  unsaid = 0;
}

/*
 * How many are new. Where the page holds all rows they say it exactly; where more stand behind it, how many there are by
 * now says it: the two numbers are read a moment apart.
 */
function newIn(list, fresh) {
  const known = byId(list);
  // One row may stand for many: then as many are new as stand there more than before, in whatever rows.
  const rows = fresh.querySelector(":scope > .many")
    ? Math.max(0, standing(fresh) - standing(list))
    : [...byId(fresh).keys()].filter((id) => !known.has(id)).length;
  const whole = !fresh.querySelector(":scope > .more");
  return whole || !list.dataset.total || !fresh.dataset.total
    ? rows
    : Math.max(rows, fresh.dataset.total - list.dataset.total);
}

/* A strip, or the line that says why the first is first, moves everything below it when it comes or goes: not under
   whoever reads or writes. What it says may change. */
function moves(shown, fresh) {
  const line = "section, .why:not([hidden])";
  const number = (part) => part.querySelectorAll(line).length;
  const list = document.getElementById("rows");
  const before = number(shown) + Number(shown.matches(line));
  return before !== number(fresh) && (current() !== undefined || (list !== null && busy(list)));
}

function standing(list) {
  return [...byId(list).values()].reduce((sum, item) => sum + Number(item.dataset.counts ?? 1), 0);
}

function rows(list, fresh) {
  const known = byId(list);
  const coming = byId(fresh);
  const news = newIn(list, fresh);
  if (!busy(list)) {
    const before = held ? 0 : unsaid;
    resort(list, fresh);
    if (news) announce(before + news);
    return;
  }
  for (const [id, item] of known) {
    const other = coming.get(id);
    if (!other || other.dataset.version === item.dataset.version) continue;
    // The link itself stays, so that focus does; what stands in it is exchanged.
    item.querySelector(".row").replaceChildren(...other.querySelector(".row").cloneNode(true).childNodes);
    item.dataset.version = other.dataset.version;
  }
  held = fresh;
  if (pill(news) && news) announce(news);
}

function sinceLine(thread, before) {
  const line = thread.querySelector(":scope > .since");
  if (line) return line;
  const fresh = document.createElement("p");
  fresh.className = "since";
  thread.insertBefore(fresh, before);
  return fresh;
}

function thread(shown, fresh) {
  const atEnd = shown.scrollHeight - shown.scrollTop - shown.clientHeight < 48;
  const known = byId(shown);
  let news = 0;
  for (const [id, item] of byId(fresh)) {
    const old = known.get(id);
    // What somebody unfolded stays so.
    item.querySelectorAll("details").forEach((fold) => {
      fold.open = old?.querySelector(`details.${fold.classList[0]}`)?.open ?? fold.open;
    });
    // What somebody has begun to write in it stays too, is not exchanged under their hand, nor while it says what is wrong.
    item.querySelectorAll("textarea[id]").forEach((field) => {
      field.value = old?.querySelector(`#${CSS.escape(field.id)}`)?.value ?? field.value;
    });
    const typing = old?.contains(document.activeElement) && document.activeElement.matches("textarea, input");
    if (typing || old?.querySelector("[aria-invalid]")) continue;
    // A number that was shown stays in sight, as long as the words around it are the same.
    const seen = old?.querySelector(":scope > .words[data-masked]");
    const words = item.querySelector(":scope > .words");
    if (seen && words?.innerHTML === seen.dataset.masked) words.replaceWith(seen.cloneNode(true));
    if (!old) {
      shown.append(item);
      if (item.dataset.news === "yes") {
        item.classList.add("arriving");
        if (!shown.dataset.news || shown.dataset.news === "0") sinceLine(shown, item);
        news += 1;
        shown.dataset.news = String(Number(shown.dataset.news ?? 0) + 1);
      }
    } else if (old.outerHTML !== item.outerHTML) {
      const focused = old.contains(document.activeElement);
      old.replaceWith(item);
      if (focused) document.getElementById("talk-title")?.focus();
    }
  }
  const total = Number(shown.dataset.news ?? 0);
  if (total) {
    shown.querySelector(":scope > .since").textContent = counted("since", total);
    guard(total);
  }
  if (news) say(fresh.dataset.says);
  version(fresh.dataset.version);
  if (atEnd) shown.scrollTop = shown.scrollHeight;
}

/* Nobody sends past something unread: the button says so, and only then carries the version with the news in it. */
function guard(total) {
  document.querySelectorAll(".composer .news").forEach((bar) => {
    bar.hidden = false;
    bar.querySelector("b").textContent = counted("since", total);
  });
  document.querySelectorAll(".composer .send[data-after-reading]").forEach((button) => {
    button.textContent = button.dataset.afterReading;
  });
}

function version(fresh) {
  document.querySelectorAll("#talk input[name=version]").forEach((field) => {
    field.value = fresh;
  });
}

/** Teaches htmx the swap style "merge"; must run before htmx looks at the page. */
export function start() {
  window.htmx.defineExtension("merge", {
    isInlineSwap: (style) => style === "merge",
    handleSwap: (style, target, fragment) => {
      if (style !== "merge") return false;
      const fresh = fragment.querySelector(`#${target.id}`);
      if (!fresh) return [];
      (target.dataset.merge === "rows" ? rows : thread)(target, fresh);
      window.htmx.process(target);
      return [target];
    },
  });
  let stood = null; // where the focus was in a part that is being exchanged
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    // The deed under way answers for the whole conversation: its button stands until then, or the side is forgotten.
    const { target } = event.detail;
    if (target.id === "storm" || target.id === "why") {
      event.detail.shouldSwap = !moves(target, event.detail.fragment);
      return;
    }
    const at = document.activeElement;
    const inside = target.contains(at);
    // Nor is anything exchanged under the hand of whoever types in it: it comes with the next news.
    if (target.querySelector(".htmx-request") || (inside && at.matches("input, textarea, select"))) {
      event.detail.shouldSwap = false;
    }
    stood = inside ? { part: target.id, key: at.dataset.key, href: at.getAttribute("href") } : null;
  });
  document.addEventListener("htmx:oobAfterSwap", () => {
    if (stood === null) return;
    const { part, key, href } = stood;
    const pressed = key && document.querySelector(`#talk-head [data-key="${key}"]`);
    const linked = href && [...document.querySelectorAll(`#${part} a`)].find((link) => link.getAttribute("href") === href);
    (pressed || linked || document.getElementById("talk-title") || document.getElementById("list"))?.focus();
    stood = null;
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-shows=since]")) {
      document.querySelector("#thread > .since")?.scrollIntoView({ block: "start" });
      document.getElementById("thread")?.focus({ preventScroll: true });
    }
    if (event.target.id === "newbar" && held) {
      letIn();
      document.querySelector("#rows .row")?.focus();
    }
  });
  document.addEventListener("mouseout", (event) => {
    const list = document.getElementById("rows");
    if (held && list && !busy(list)) letIn();
  });
}
