/* A block copied from Excel and pasted into a field of a sheet of figures fills the fields below and to the right of it; without scripts the
   page's own box for pasting does the same.
     table[data-figures]   the sheet; a row's fields stand in the order of its columns */
"use strict";
(function () {
  const D = window.DonDoc;
  const rows = (table) => [...table.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("input[name^='c.']")]).filter((row) => row.length);

  document.addEventListener("paste", function (event) {
    const field = event.target, table = field.closest?.("table[data-figures]");
    const text = event.clipboardData?.getData("text/plain") || "";
    if (!table || !field.name?.startsWith("c.") || !/[\t\n]/.test(text.trim())) return;
    const grid = rows(table), top = grid.findIndex((row) => row.includes(field)), left = grid[top].indexOf(field);
    const block = text.replace(/\r/g, "").replace(/\n+$/, "").split("\n").map((line) => line.split("\t"));
    /* Names beside the numbers: the box for pasting, which the server reads, knows them. */
    const box = document.getElementById("pasted");
    if (box && block.some((line) => line.some((cell) => /\p{L}{2}/u.test(cell)))) {
      event.preventDefault();
      box.value = text;
      box.closest("details").open = true;
      box.form.requestSubmit(box.form.querySelector("button[value=paste]"));
      return;
    }
    event.preventDefault();
    block.forEach((line, down) => line.forEach(function (cell, right) {
      const into = grid[top + down]?.[left + right];
      if (into) into.value = cell.trim();
    }));
    field.dispatchEvent(new Event("input", { bubbles: true }));
    D.note("pasted", D.tr("Đã điền {n} dòng. Hãy xem lại rồi nộp.", { n: block.length }), "good");
  });
})();
