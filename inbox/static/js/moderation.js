/* The words that tell a citizen what is done follow the choices above them, until somebody writes there. Without a script
   the field stays empty and the house says the same. It must not choose words: each reason brings them. */

function follow(form) {
  const area = form.querySelector("[name=telling]");
  if (!area) return;
  let own = "";
  const put = () => {
    const reason = form.querySelector("[name=reason]:checked");
    const kind = form.querySelector("[name=kind]:checked");
    if (!reason || !kind || area.value !== own) return;
    own = reason.dataset[kind.value] ?? "";
    area.value = own;
  };
  form.addEventListener("change", put);
  put();
}

/* What stood there before a number was shown: so that the page knows later whether the words are the same still. */
function remember({ detail: { target } }) {
  if (target.matches?.(".msg > .words")) target.dataset.masked = target.innerHTML;
}

/** Follows the choices of a form on a message, if the page has one. */
export function start() {
  const form = document.getElementById("moderate");
  if (form) follow(form);
  document.addEventListener("htmx:beforeSwap", remember);
}
