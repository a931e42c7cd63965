// Findings and preview follow the form as it is filled in; without script they follow when it is saved.
const form = document.querySelector("form[data-live]"), place = document.querySelector("[data-live-place]");
let waiting, asked = 0;

async function judge() {
  const mine = ++asked;
  const answer = await fetch(form.dataset.live, { method: "POST", body: new FormData(form) }).catch(() => null);
  if (!answer?.ok || mine !== asked) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  place.replaceChildren(...fresh.body.childNodes);
}

for (const kind of ["input", "change"]) {
  form?.addEventListener(kind, () => { clearTimeout(waiting); waiting = setTimeout(judge, 700); });
}
