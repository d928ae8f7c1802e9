/* The answer page: when a file has come or gone, every task's ticks follow the list of files, and nothing typed is touched.
     #files li[data-file][data-letter][data-answers]   the list as the server gives it
     [data-ticks=<assignment>]                         where that task's ticks stand */
"use strict";
(function () {
  const tr = window.DonDoc.tr, kinds = new Map();

  function tick(file, assignment) {
    const label = document.createElement("label"), input = document.createElement("input"), text = document.createElement("span");
    label.className = "box";
    Object.assign(input, { type: "checkbox", className: "form-check-input", name: "tick", value: `${file.dataset.file}-${assignment}` });
    input.checked = (file.dataset.answers || "").split(" ").includes(assignment);
    const hidden = document.createElement("span");
    hidden.className = "visually-hidden";
    hidden.textContent = tr("Tệp");
    text.append(hidden, " ", file.dataset.letter);
    label.append(input, text);
    return label;
  }

  function follow() {
    const list = document.getElementById("files"), form = list?.closest("form");
    if (!form) return;
    const files = [...list.querySelectorAll("li[data-file]")];
    for (const select of list.querySelectorAll("select")) if (kinds.has(select.name)) select.value = kinds.get(select.name);
    for (const place of form.querySelectorAll("[data-ticks]")) {
      const old = new Map([...place.querySelectorAll("input")].map((i) => [i.value.split("-")[0], i]));
      place.replaceChildren(...files.map(function (file) {
        const fresh = tick(file, place.dataset.ticks), before = old.get(file.dataset.file);
        if (before) fresh.querySelector("input").checked = before.checked;
        return fresh;
      }));
    }
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  document.addEventListener("change", function (event) {
    if (event.target.matches?.("#files select")) kinds.set(event.target.name, event.target.value);
  });
  document.addEventListener("uploaded", follow);
  document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target?.id === "files") follow(); });
})();
