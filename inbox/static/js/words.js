/* The words that scripts need stand in the page (templates/layout/_words.html); this module only fills them in.
   It must not hold a word of its own. */

const source = document.getElementById("words");

/** The sentence called `name`, with {placeholders} filled from `values`. */
export function words(name, values = {}) {
  const pattern = source?.dataset[name] ?? "";
  return pattern.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
}

/** One of two sentences: `name` + "One" for exactly one, else `name` + "Many". */
export function counted(name, n) {
  return words(name + (n === 1 ? "One" : "Many"), { n });
}

/** Says something politely to those who listen to the page. */
export function say(sentence) {
  const region = document.getElementById("says");
  if (region && sentence) region.textContent = sentence;
}

/** Shows the strip whose words stand in the template `name`; once, however often it is asked for. */
export function show(name) {
  const place = document.getElementById("strips");
  if (!place || place.querySelector(`[data-strip="${name}"]`)) return;
  const strip = document.getElementById(name).content.firstElementChild.cloneNode(true);
  strip.dataset.strip = name;
  place.append(strip);
}

/** Takes that strip away again. */
export function hide(name) {
  document.querySelector(`#strips [data-strip="${name}"]`)?.remove();
}
