/* The square, live: answers arrive while somebody looks. The page works without this.
   It must not touch what somebody is typing, hold words of its own, or make markup: the server renders it. */

const PAUSE = 2500;
const FRESHEN = 24; // Every so many rounds the times ("2 minutes ago") are fetched anew, whatever has happened.

const place = document.getElementById("threads");
const says = document.getElementById("says");
let round = 0;

function busy(post) {
  return post.contains(document.activeElement) || post.querySelector("details[open]") !== null;
}

/** Brings the posts on the page in line with the fetched ones; says who answered. */
function join(old, fresh) {
  const known = new Map([...old.children].map((post) => [post.id, post]));
  let heard = "";
  const wanted = [...fresh.children].map((post) => {
    const present = known.get(post.id);
    if (!present) {
      post.classList.add("arriving");
      heard ||= post.dataset.says ?? "";
      return post;
    }
    if (busy(present) || present.innerHTML === post.innerHTML) return present;
    present.replaceChildren(...post.childNodes);
    return present;
  });
  const kept = new Set(wanted);
  for (const post of [...old.children]) if (!kept.has(post)) post.remove();
  // Only what stands in the wrong place is moved: moving a post would take the focus out of it.
  wanted.forEach((post, index) => {
    if (old.children[index] !== post) old.insertBefore(post, old.children[index] ?? null);
  });
  old.dataset.stamp = fresh.dataset.stamp;
  if (heard) says.textContent = heard;
}

async function look() {
  const old = place.querySelector("[data-posts]");
  const url = new URL(place.dataset.url, location.href);
  round += 1;
  if (round % FRESHEN) url.searchParams.set("stamp", old.dataset.stamp);
  const answer = await fetch(url, { headers: { accept: "text/html" } });
  if (answer.status !== 200) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-posts]");
  if (fresh) join(old, fresh);
}

async function keepLooking() {
  if (!document.hidden) {
    try {
      await look();
    } catch {
      // The square may be restarting; the next round asks again.
    }
  }
  setTimeout(keepLooking, PAUSE);
}

function count(area) {
  const shown = document.getElementById(area.dataset.count);
  const letters = new Intl.Segmenter(undefined, { granularity: "grapheme" });
  const tell = () => {
    shown.textContent = String([...letters.segment(area.value.trim())].length);
  };
  area.addEventListener("input", tell);
  tell();
}

/** The name is typed once: each reply begins with the one in the form above. */
function lendName(event) {
  const field = event.target.matches("details[open]") && event.target.querySelector("[data-name]");
  if (field && !field.value) field.value = document.getElementById("name").value;
}

if (place) {
  document.querySelectorAll("[data-count]").forEach(count);
  place.addEventListener("toggle", lendName, true);
  setTimeout(keepLooking, PAUSE);
}
