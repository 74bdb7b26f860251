/* What one writes: kept in this tab until the server has it, and never carried from one mode to another.
   It must not count: how long a text is, the platform's own rules say, on the server. */

import { sent } from "./canned.js";
import { hide, show } from "./words.js";

/* Whose words they are belongs to the name: the next person in this tab must not find them under their own. */
function name(area) {
  const { me, conversation, mode } = area.form.dataset;
  return `byline.draft.${me}.${conversation}.${mode}${area.name === "body" ? "" : `.${area.name}`}`;
}

/** What is written here was sent by another page. */
export function forget(area) {
  sessionStorage.removeItem(name(area));
}

function atTheDoor(xhr) {
  return new URL(xhr.responseURL || location.href).pathname === "/login";
}

/* Where one was, so that after the door one is there again. */
function wayBack() {
  return `/login?next=${encodeURIComponent(location.pathname + location.search)}`;
}

function keep(event) {
  const area = event.target;
  if (!area.matches?.(".composer textarea")) return;
  if (area.value) sessionStorage.setItem(name(area), area.value);
  else sessionStorage.removeItem(name(area));
}

function restore() {
  for (const area of document.querySelectorAll(".composer textarea")) {
    const kept = sessionStorage.getItem(name(area));
    // What was typed in this tab is newer than what the server has of it.
    if (kept && kept !== area.value) {
      area.value = kept;
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}

/** Opens or closes each send button by the reasons that stand beside it, and by the connection. */
export function gates() {
  const lost = document.documentElement.hasAttribute("data-lost");
  for (const form of document.querySelectorAll(".composer form")) {
    const closed = form.querySelector('[id^="closed-"][data-blocked="yes"], [id^="measure-"][data-blocked="yes"]');
    for (const button of form.querySelectorAll(".send, .later")) button.disabled = lost || closed !== null;
  }
}

/* The thread is read from its end: that is where the question stands. */
function toEnd() {
  const thread = document.getElementById("thread");
  if (thread && !thread.dataset.shown) {
    thread.dataset.shown = "yes";
    thread.scrollTop = thread.scrollHeight;
  }
}

/* A deed done while the one before was still on its way: the conversation it was done in is exchanged by the first, and
   what the second brings would go into the one that is gone. The sent text would then stand unsent, to be sent again. */
function stillThere({ detail: request }) {
  const { id } = request.target;
  // So does a count: another one, or a picture's, may have exchanged the place that it goes to.
  if (id !== "talk" && !id.startsWith("measure-")) return;
  request.xhr.addEventListener("readystatechange", () => {
    if (!request.target.isConnected) request.target = document.getElementById(id) ?? request.target;
  });
}

/** Keeps drafts, marks what the server found too long, and says when something did not go through. */
export function start() {
  document.addEventListener("input", keep);
  document.addEventListener("htmx:beforeRequest", stillThere);
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { elt: form, formData } = event.detail.requestConfig;
    if (form.matches(".composer form") && event.detail.xhr.status < 400 && !atTheDoor(event.detail.xhr)) {
      sent(form);
      for (const area of form.querySelectorAll("textarea")) {
        // What was typed on while the answer was on its way is not sent: it stays.
        if (sessionStorage.getItem(name(area)) === formData.get(area.name)) sessionStorage.removeItem(name(area));
      }
    }
    if (event.detail.xhr.status < 500) hide("failed");
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr } = event.detail;
    if (target.id !== "talk") {
      // A count or a list that finds the door says so, and nothing that is being written is exchanged for it.
      if (!atTheDoor(xhr)) return;
      event.detail.shouldSwap = false;
      show("signed-out");
      for (const link of document.querySelectorAll("#strips [data-back]")) link.href = wayBack();
      return;
    }
    if (xhr.responseText.includes('id="talk"')) {
      hide("gone");
      // A nudge may have exchanged the button that was pressed, and with it what it inherited.
      event.detail.selectOverride = "#talk";
      event.detail.swapOverride = "outerHTML";
      return;
    }
    // What came back is no conversation: a refusal, or the door, when one was signed out meanwhile.
    event.detail.shouldSwap = false;
    if (atTheDoor(xhr)) location.assign(wayBack());
    else if (xhr.status < 400) location.assign(xhr.responseURL);
    else show(xhr.status === 404 ? "gone" : "failed");
  });
  for (const kind of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(kind, () => show("failed"));
  }
  document.addEventListener("htmx:afterSettle", () => {
    toEnd();
    restore();
    gates();
    // On a phone the address decides which part is on the screen.
    const view = document.getElementById("talk")?.dataset.view;
    const desk = document.getElementById("desk");
    if (view && desk) desk.dataset.view = view;
  });
  document.addEventListener("htmx:oobAfterSwap", gates);
  toEnd();
  restore();
  gates();
}
