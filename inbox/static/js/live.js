/* The doorbell: a socket that carries kinds and ids. What changed is fetched again by htmx from the same address as before.
   It must not show what a nudge says: rights are checked where the words come from. */

import { io } from "../vendor/socket.io.esm.min.js";
import { gates } from "./composer.js";
import { hide, show } from "./words.js";

const PACE = 500; // milliseconds from an answer to the next round: at most two updates a second, however slow the house is
const PATIENCE = 5000; // how long a lost connection stays unmentioned

const heard = new Map(); // conversation, or null for everything → when it was rung for last, and its newest version
const begun = new WeakMap(); // request → when it was sent
const asking = new Map(); // element → its request that is on its way
const sent = new WeakMap(); // element → when it was asked for last
const dirty = new Set();
let waiting = null;
let last = 0;
let line = null; // the socket

/* What is on its way already is asked for again when it has come: answers that queue up would come all at once. */
function free(element) {
  return !asking.has(element);
}

/* What many look at all day (numbers) says by `data-pace` how often at most it is fetched. */
function rest(element) {
  return Math.max(0, (sent.get(element) ?? -Infinity) + Number(element.dataset.pace ?? 0) - performance.now());
}

function round() {
  waiting = null;
  last = performance.now();
  const elements = [...dirty].filter((element) => free(element) && !rest(element));
  elements.forEach((element) => dirty.delete(element));
  elements.filter((element) => element.isConnected).forEach((element) => window.htmx.trigger(element, "refetch"));
  soon();
}

function refetch(about) {
  for (const element of document.querySelectorAll("[data-live]")) {
    // A list wants to know of everything, a thread only of itself.
    if (!about || element.dataset.live === "all" || element.dataset.live === about) dirty.add(element);
  }
  soon();
}

/* What we know of somebody, or of whoever is shown. Not under a hand: whoever stands in it reads it as it was. */
function refetchPerson(id) {
  for (const element of document.querySelectorAll(id ? `[data-contact="${id}"]` : "[data-contact]")) {
    if (!element.parentElement.contains(document.activeElement)) dirty.add(element);
  }
  soon();
}

function soon() {
  const able = [...dirty].filter(free);
  clearTimeout(waiting);
  waiting = able.length
    ? setTimeout(round, Math.max(0, last + PACE - performance.now(), Math.min(...able.map(rest))))
    : null;
}

/* Remembers what was rung for, and has it fetched. A version that nobody knows counts as newer than any that is shown. */
function ring(about, version = Infinity) {
  heard.set(about, { at: performance.now(), version: Math.max(version, heard.get(about)?.version ?? 0) });
  refetch(about);
}

/* What rang while the conversation was on its way found the old one on the screen, or none; what came may be older than
   the ring. An equal version is fetched again, too: an answer's progress makes no new one. */
function caughtUp({ detail: { target, xhr } }) {
  const talk = document.getElementById("talk");
  if (target.id !== "talk" || !talk?.dataset.conversation) return;
  const shown = Number(document.getElementById("thread").dataset.version);
  const missed = (about) => heard.get(about)?.at >= begun.get(xhr) && heard.get(about).version >= shown;
  if (!missed(null) && !missed(talk.dataset.conversation)) return;
  dirty.add(talk.querySelector("[data-live]"));
  soon();
}

function sentOff({ detail: { elt, xhr } }) {
  begun.set(xhr, performance.now());
  if (!elt.matches?.("[data-live], [data-contact]")) return;
  asking.set(elt, xhr);
  sent.set(elt, performance.now());
  xhr.addEventListener("loadend", () => {
    if (asking.get(elt) === xhr) asking.delete(elt);
    last = performance.now();
    soon();
  });
}

function allow(sending) {
  document.documentElement.toggleAttribute("data-lost", !sending);
  gates();
}

/** Says something about one's person to the server, if the line stands. Ids alone: words go by HTTP. */
export function tell(event, about) {
  if (line?.connected) line.emit(event, about);
}

/** Listens for nudges; everything visible is fetched again whenever the line stands anew. */
export function start() {
  const socket = io({ transports: ["websocket"], reconnectionDelayMax: 3000 });
  line = socket;
  let lost = null;
  let stoodBefore = false;
  const missing = () => {
    lost ??= setTimeout(() => {
      show("lost");
      allow(false);
    }, PATIENCE);
  };
  socket.on("connect", () => {
    clearTimeout(lost);
    lost = null;
    hide("lost");
    allow(true);
    document.documentElement.dataset.socket = "open";
    // Also the first time: what came in between the page and the socket rang for nobody.
    ring(null);
    if (stoodBefore) refetchPerson();
    stoodBefore = true;
    document.dispatchEvent(new CustomEvent("byline:connected"));
  });
  socket.on("disconnect", (reason) => {
    delete document.documentElement.dataset.socket;
    missing();
    // The server has ended it (signed out elsewhere): the page says so when it is asked for.
    if (reason === "io server disconnect") socket.connect();
  });
  socket.on("connect_error", missing);
  socket.on("nudge", (nudge) => {
    // One's own notices are a list of their own, see notices.js.
    if (nudge.kind === "notice") document.dispatchEvent(new CustomEvent("byline:notice"));
    else if (nudge.kind === "presence") document.dispatchEvent(new CustomEvent("byline:company"));
    else if (nudge.kind === "contact") refetchPerson(nudge.id);
    else if (nudge.kind === "conversation") ring(nudge.id, nudge.version);
    else ring(null);
  });
  document.addEventListener("htmx:beforeRequest", sentOff);
  document.addEventListener("htmx:afterSettle", caughtUp);
}
