/* The notice centre: its count is kept right by the doorbell, its list opens in a sheet, and on request the browser tells
   of what is new when one is in another window. It must not say more aloud than the server wrote for that. */

const TOLD = "byline.notice.told";
let waiting = null;

function button() {
  return document.getElementById("notices-count");
}

function sheet() {
  return document.querySelector("#notices:popover-open");
}

function refetchList() {
  const list = sheet()?.querySelector("[data-fetched]");
  if (list) window.htmx.trigger(list, "refetch");
}

async function fetched(address, options = {}) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" }, ...options }).catch(() => null);
  return answer?.ok ? answer : null;
}

/* Once for each notice, whatever number of pages is open, and only to somebody who looks elsewhere. */
function aloud(one) {
  const { newest, aloud: words, leads } = one.dataset;
  if (!newest || !words || localStorage.getItem(TOLD) === newest) return;
  localStorage.setItem(TOLD, newest);
  if (document.hasFocus() || window.Notification?.permission !== "granted") return;
  const shown = new Notification("Byline", { body: words, tag: newest });
  shown.addEventListener("click", () => {
    window.focus();
    location.assign(leads);
    shown.close();
  });
}

async function recount() {
  waiting = null;
  const old = button();
  const answer = old && (await fetched(old.dataset.fetch));
  if (!answer || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("notices-count");
  const now = button();
  if (!fresh || !now) return;
  // The button itself stays, so that whoever stands on it goes on standing there.
  now.replaceChildren(...fresh.childNodes);
  for (const name of ["newest", "aloud", "leads"]) {
    if (name in fresh.dataset) now.dataset[name] = fresh.dataset[name];
    else delete now.dataset[name];
  }
  aloud(now);
  refetchList();
}

function opened(event) {
  const link = event.target.closest?.("[data-notices]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  link.focus();
  document.getElementById("notices").togglePopover();
}

async function asked(form) {
  if (form.dataset.browser !== "off" || !("Notification" in window)) return true;
  return (await Notification.requestPermission()) === "granted";
}

/* In the sheet a form's answer is the list again, and one stays where one is. */
async function sent(event) {
  const form = event.target.closest?.("[data-notices-form]");
  if (!form) return;
  event.preventDefault();
  event.stopPropagation();
  if (!(await asked(form))) {
    form.querySelector("[data-denied]").hidden = false;
    return;
  }
  if (!(await fetched(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) }))) return;
  if (!sheet()) return location.reload();
  // The pressed button is about to be exchanged; whoever pressed it stays in the sheet.
  sheet().querySelector("[autofocus]").focus();
  recount();
}

/** Keeps the count, opens the list, and asks the browser when it is wished. */
export function start() {
  document.addEventListener("click", opened, true);
  document.addEventListener("submit", sent, true);
  document.addEventListener("byline:notice", () => {
    // A deed may tell somebody of several things; they are counted once.
    waiting ??= setTimeout(recount, 300);
  });
}
