// Findings and preview follow the form as it is filled in; without script they follow when it is saved.
const form = document.querySelector("form[data-live]"), place = document.querySelector("[data-live-place]");
let waiting, asked = 0;

async function judge() {
  const mine = ++asked;
  const answer = await fetch(form.dataset.live, { method: "POST", body: new FormData(form) }).catch(() => null);
  if (!answer?.ok || mine !== asked) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  beside(fresh);
  place.replaceChildren(...fresh.body.childNodes);
}

// What is found of a field stands beside it: what was found before goes, what is found now comes.
function beside(fresh) {
  for (const old of form.querySelectorAll(".finding")) old.remove();
  for (const found of fresh.querySelectorAll("template[data-findings]")) {
    const name = found.dataset.findings, field = form.querySelector(`[data-field="${name}"]`);
    if (field) field.append(found.content); else form.querySelector(`#${name} > legend`)?.after(found.content);
    found.remove();
  }
}

for (const kind of ["input", "change"]) {
  form?.addEventListener(kind, () => { clearTimeout(waiting); waiting = setTimeout(judge, 700); });
}
