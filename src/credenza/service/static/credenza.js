// Small comforts; every page works without them. Each part finds its own elements by a data attribute.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
document.documentElement.classList.add("js");

// A list that sends its form when another entry is chosen: <select data-submit-on-change>
for (const field of all("[data-submit-on-change]")) field.addEventListener("change", () => field.form.requestSubmit());

// The summary of errors gets the focus, so that it is read first: data-focus
document.querySelector("[data-focus]")?.focus();

// One box that ticks all of a name, and tells how many are: <p hidden><input data-choose-all="name"><label>… <span></span>
for (const box of all("[data-choose-all]")) {
  const boxes = all(`[name="${box.dataset.chooseAll}"]`, box.form);
  const tell = () => {
    const count = boxes.filter((one) => one.checked).length;
    box.checked = count === boxes.length;
    box.indeterminate = count > 0 && !box.checked;
    box.labels[0].querySelector("span").textContent = count ? `(${count})` : "";
  };
  box.closest("[hidden]").hidden = false;
  box.addEventListener("change", () => { for (const one of boxes) one.checked = box.checked; });
  box.form.addEventListener("change", tell);
  tell();
}

// Copying: <button data-copy="#what" data-copied="Copied" hidden>
for (const button of all("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.querySelector(button.dataset.copy);
    await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
    button.textContent = button.dataset.copied;
    button.setAttribute("role", "status");
  });
}

// A dialog in place of the page that a link leads to: <a href="/ask" data-dialog="id">, <dialog id="id">
for (const link of all("[data-dialog]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById(link.dataset.dialog).showModal();
  });
}

// Asking before a form is sent: data-confirm="Really?" on the form, or on one of its buttons; comfort only
document.addEventListener("submit", (event) => {
  const words = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (words && !window.confirm(words)) event.preventDefault();
});

// Dropping a file: <div data-drop> around an <input type="file">
for (const place of all("[data-drop]")) {
  const input = place.querySelector("input[type=file]");
  const over = (on) => (event) => { event.preventDefault(); place.classList.toggle("over", on); };
  for (const name of ["dragenter", "dragover"]) place.addEventListener(name, over(true));
  place.addEventListener("dragleave", over(false));
  place.addEventListener("drop", (event) => {
    over(false)(event);
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// A part that is fetched again while something goes on: <div data-refresh="/address" data-every="3000">.
// The address answers with the new content of the part; an answer with the header X-Done ends it.
for (const part of all("[data-refresh]")) {
  const again = async () => {
    if (document.hidden) return setTimeout(again, 3000);
    const answer = await fetch(part.dataset.refresh, { headers: { Accept: "text/html" } }).catch(() => null);
    if (answer?.ok) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      part.replaceChildren(...fresh.body.childNodes);
      if (answer.headers.has("X-Done")) return undefined;
    }
    return setTimeout(again, Number(part.dataset.every) || 3000);
  };
  setTimeout(again, Number(part.dataset.every) || 3000);
}

// Search in a list (ARIA 1.2 combobox): <input data-combobox="/address" [data-multiple] [data-label="shown text"]
// [data-none="what is said when nothing is found"]>.
// The address answers ?q=words with {"results": [{"value", "label", "detail"}]}. Without script the input takes the value.
let combos = 0;
class Combobox {
  constructor(input) {
    this.id = `combobox-${++combos}`;
    this.multiple = "multiple" in input.dataset;
    this.address = input.dataset.combobox;
    this.hidden = Object.assign(document.createElement("input"), { type: "hidden", name: input.name, value: input.value });
    this.list = Object.assign(document.createElement("ul"), { id: this.id, hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", input.labels[0]?.textContent.trim() ?? "");
    this.box = Object.assign(document.createElement("div"), { className: "combobox" });
    this.none = Object.assign(document.createElement("p"), { className: "help" });
    this.none.setAttribute("role", "status");
    this.input = input;
    input.before(this.box);
    this.box.append(input, this.hidden, this.list, this.none);
    input.removeAttribute("name");
    if (input.dataset.label !== undefined) input.value = input.dataset.label;
    const aria = { role: "combobox", "aria-expanded": "false", "aria-controls": this.id, "aria-autocomplete": "list", autocomplete: "off" };
    for (const [name, value] of Object.entries(aria)) input.setAttribute(name, value);
    if (this.multiple) this.makeChips();
    input.addEventListener("input", () => this.typed());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.choose(option);
    });
  }

  typed() {
    if (!this.multiple) this.hidden.value = this.input.value;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.search(), 150);
  }

  async search() {
    const words = this.input.value.trim();
    if (!words) return this.close();
    const address = new URL(this.address, document.baseURI);
    address.searchParams.set("q", words);
    const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok || this.input.value.trim() !== words) return undefined;
    return this.show((await answer.json()).results);
  }

  show(results) {
    this.list.replaceChildren(...results.map((one, index) => {
      const option = document.createElement("li");
      Object.assign(option, { id: `${this.id}-${index}`, textContent: one.label });
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.value = one.value;
      option.dataset.label = one.label;
      if (one.detail) option.append(Object.assign(document.createElement("small"), { textContent: one.detail }));
      return option;
    }));
    this.list.hidden = results.length === 0;
    this.none.textContent = results.length ? "" : this.input.dataset.none ?? "";
    this.input.setAttribute("aria-expanded", String(results.length > 0));
    this.mark(null);
  }

  close() {
    this.list.hidden = true;
    this.none.textContent = "";
    this.input.setAttribute("aria-expanded", "false");
    this.mark(null);
  }

  mark(option) {
    for (const one of this.list.children) one.setAttribute("aria-selected", String(one === option));
    if (option) {
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    const options = [...this.list.children];
    const at = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" && this.list.hidden) this.search();
    else if (event.key === "ArrowDown") this.mark(options[(at + 1) % options.length]);
    else if (event.key === "ArrowUp") this.mark(options[(at <= 0 ? options.length : at) - 1]);
    else if (event.key === "Enter" && at >= 0) this.choose(options[at]);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }

  choose(option) {
    const { value, label } = option.dataset;
    if (this.multiple) {
      if (!this.chosen.some((one) => one.value === value)) this.chosen.push({ value, label });
      this.input.value = "";
      this.drawChips();
    } else {
      this.hidden.value = value;
      this.input.value = label;
    }
    this.close();
    this.box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // Several values: one a line in the hidden field; data-chosen holds [{"value", "label"}] of what is there already.
  makeChips() {
    const values = this.hidden.value.split("\n").filter(Boolean);
    this.chosen = JSON.parse(this.input.dataset.chosen ?? "null") ?? values.map((value) => ({ value, label: value }));
    this.input.value = "";
    this.chips = Object.assign(document.createElement("ul"), { className: "chips" });
    this.box.append(this.chips);
    this.drawChips();
  }

  drawChips() {
    this.hidden.value = this.chosen.map((one) => one.value).join("\n");
    this.chips.replaceChildren(...this.chosen.map((one) => {
      const item = document.createElement("li");
      const chip = Object.assign(document.createElement("span"), { className: "chip", textContent: one.label });
      const remove = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
      remove.setAttribute("aria-label", `${this.input.dataset.remove ?? "Remove"} ${one.label}`);
      remove.addEventListener("click", () => {
        this.chosen = this.chosen.filter((other) => other !== one);
        this.drawChips();
        this.input.focus();
      });
      chip.append(remove);
      item.append(chip);
      return item;
    }));
  }
}
for (const input of all("input[data-combobox]")) new Combobox(input);
