/* A table marked data-grid is walked with the arrow keys: one stop for Tab, the cell that was left is the one that is come back to.
   Cells hold a link each, or (where a page would be too heavy) none: then Enter and a click open the address of the column's data-go with the unit
   of the row, its data-unit. Without scripts the links, and the unit's name for those without, do the same. */
"use strict";
(function () {
  const STEP = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-10, 0], PageDown: [10, 0] };

  function stop(cell, dense) {
    if (cell.firstElementChild?.matches("a")) return cell.firstElementChild;
    return dense && cell.className && !cell.matches(".num, .nw") && !cell.querySelector("a, button") ? cell : null;
  }

  function goTo(table, cell) {
    const unit = cell.parentElement.dataset.unit, head = table.tHead.rows[0].cells[cell.cellIndex];
    if (!unit || !head?.dataset.go) return;
    const [path, part] = head.dataset.go.split("#");
    window.location.assign(`${path}?unit=${unit}${part ? "#" + part : ""}`);
  }

  /* Into view, beside the first column and below the heading, which a browser's own scrolling does not know of. */
  function show(table, cell) {
    const box = table.closest(".scroll"), side = cell.parentElement.cells[0], head = table.tHead.rows[0].cells[0];
    const at = () => cell.getBoundingClientRect();
    if (box && getComputedStyle(box).overflowX !== "visible") {
      const frame = box.getBoundingClientRect(), top = head.getBoundingClientRect().bottom;
      const left = Math.min(0, at().left - side.getBoundingClientRect().right) || Math.max(0, at().right - frame.left - box.clientWidth);
      const down = Math.min(0, at().top - top) || Math.max(0, at().bottom - frame.top - box.clientHeight);
      box.scrollBy({ left, top: down, behavior: "instant" });
    }
    const top = Math.max(0, head.getBoundingClientRect().bottom), least = Math.min(0, at().top - top);
    window.scrollBy({ top: least || Math.max(0, at().bottom - window.innerHeight + 4), behavior: "instant" });
  }

  function set(table) {
    const grid = [];
    for (const body of table.tBodies) for (const row of body.rows) {
      const stops = [...row.cells].map((cell) => (cell.tagName === "TD" ? stop(cell, table.matches(".dense")) : null));
      if (!stops.some(Boolean)) continue;
      stops.forEach((one) => { if (one) { one.tabIndex = -1; one.dataset.row = grid.length; } });
      grid.push(stops);
    }
    if (!grid.length) return;
    let here = grid[0].find(Boolean);
    here.tabIndex = 0;

    function enter(one) {
      if (!one) return;
      here.tabIndex = -1;
      here = one;
      here.tabIndex = 0;
    }

    /* The nearest cell that can be entered, onwards in the same direction. */
    function next(row, column, down, across) {
      for (let r = row + down, c = column + across; ; r += Math.sign(down), c += Math.sign(across)) {
        if (r < 0 || r >= grid.length || c < 0 || c >= grid[0].length) return null;
        if (grid[r][c]) return grid[r][c];
      }
    }

    table.addEventListener("focusin", (event) => { if (event.target.dataset.row !== undefined && event.target.closest("tbody td")) enter(event.target); });
    table.addEventListener("click", function (event) {
      const cell = event.target.closest("td[data-row]");
      if (cell) goTo(table, cell);
    });
    table.addEventListener("keydown", function (event) {
      const at = event.target;
      if (!at.dataset.row || !at.closest("tbody td") || at.tagName === "INPUT" || event.altKey || event.metaKey) return;
      const row = Number(at.dataset.row), column = grid[row].indexOf(at);
      if (column < 0) return;
      let to = null;
      if (event.key === "Enter" && at.tagName === "TD") { goTo(table, at); return; }
      if (event.key === "Home" || event.key === "End") {
        const line = event.ctrlKey ? grid[event.key === "Home" ? 0 : grid.length - 1] : grid[row];
        to = event.key === "Home" ? line.find(Boolean) : line.findLast(Boolean);
      } else if (STEP[event.key] && !event.ctrlKey) {
        const [down, across] = STEP[event.key];
        to = Math.abs(down) > 1 ? grid[Math.min(Math.max(row + down, 0), grid.length - 1)][column] || next(row, column, Math.sign(down), 0) : next(row, column, down, across);
      } else return;
      event.preventDefault();
      if (to) { enter(to); to.focus({ preventScroll: true }); show(table, to.closest("td")); }
    });
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("table[data-grid]").forEach(set));
})();
