/* The draft page: words picked in the text become values, what belongs together lights up together, and keys do the rest.
     [data-pick]    the form that is shown beside a selection in .pane; [data-at] gives the character with which a line begins
     [data-task]    a task's row, id t<position>; its place in the text is mark#s<position>
     [data-doubt]   a warning; rows and warnings hold form[data-accept] where there is something to find right
   Without this script every value can be typed in its form. */
"use strict";
(function () {
  const D = window.DonDoc, form = document.querySelector("form[data-pick]"), pane = document.querySelector(".pane");
  if (!document.querySelector("[data-task], form[data-pick]")) return;
  const here = location.pathname.replace(/\/$/, "");

  /* Picking words */
  /* The server counts characters; a string's own length counts those outside the first plane twice. */
  const size = (text) => [...text].length;

  function offset(node, at) {
    const line = (node.nodeType === 1 ? node : node.parentElement)?.closest("[data-at]");
    if (!line) return null;
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT, {
      acceptNode: (n) => n.parentElement.closest("a") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
    });
    const range = document.createRange();
    range.setStart(line, 0);
    range.setEnd(node, at);
    let count = Number(line.dataset.at);
    for (let n = walker.nextNode(); n; n = walker.nextNode()) {
      if (n === node) return count + size(n.data.slice(0, at));
      if (range.comparePoint(n, 0) > 0) break;
      count += size(n.data);
    }
    return count;
  }

  function picked() {
    const selection = document.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!pane.contains(range.startContainer) || !pane.contains(range.endContainer)) return null;
    const start = offset(range.startContainer, range.startOffset), end = offset(range.endContainer, range.endOffset);
    return start === null || end === null || start >= end ? null : { start, end, box: range.getBoundingClientRect() };
  }

  function show() {
    const found = picked();
    if (!found) { if (!form.contains(document.activeElement)) form.hidden = true; return; }
    form.elements.start.value = found.start;
    form.elements.end.value = found.end;
    const inside = [...form.querySelectorAll("option[data-start]")].find((o) =>
      Number(o.dataset.start) <= found.start && found.start < Number(o.dataset.end));
    if (inside) form.elements.task.value = inside.value;
    form.hidden = false;
    if (window.innerWidth < 1100) { form.removeAttribute("style"); return; }
    const top = Math.min(found.box.bottom + 8, window.innerHeight - form.offsetHeight - 90);
    form.style.top = `${Math.max(top, 8)}px`;
    form.style.left = `${Math.max(8, Math.min(found.box.left, window.innerWidth - form.offsetWidth - 24))}px`;
  }

  if (form && pane) {
    let timer;
    document.addEventListener("selectionchange", () => { clearTimeout(timer); timer = setTimeout(show, 150); });
    document.addEventListener("keydown", (e) => { if (e.key === "Escape") form.hidden = true; });
  }

  /* What belongs together */
  const partner = (e) => e.id && document.getElementById(e.id.replace(/^([ts])/, (c) => (c === "t" ? "s" : "t")));
  function light(event, on) {
    const e = event.target.closest?.("[data-task], mark[id]"), other = e && partner(e);
    if (other) other.classList.toggle("on", on);
  }
  for (const [name, on] of [["pointerover", true], ["focusin", true], ["pointerout", false], ["focusout", false]])
    document.addEventListener(name, (event) => light(event, on));

  /* A form that saved itself has moved the draft's version: every other press on the page goes on from there. */
  document.addEventListener("dondoc:saved", function (event) {
    for (const field of document.querySelectorAll("input[name=version]")) field.value = event.detail;
    const row = event.target.closest("[data-task]"), undo = document.querySelector("form[action$='/undo'] button");
    if (row && undo) undo.textContent = D.tr("Hoàn tác: sửa mục {number}", { number: row.id.slice(1) });
  });

  /* Keys */
  function post(path, fields) {
    const made = document.createElement("form");
    made.method = "post";
    made.action = here + path;
    for (const [name, value] of Object.entries({ csrf_token: D.csrf(), ...fields })) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      made.append(field);
    }
    document.body.append(made);
    made.submit();
  }

  function step(selector, by) {
    const all = [...document.querySelectorAll(selector)];
    if (!all.length) return;
    const now = all.findIndex((e) => e.contains(document.activeElement));
    const to = all[now < 0 ? (by > 0 ? 0 : all.length - 1) : (now + by + all.length) % all.length];
    to.focus({ preventScroll: true });
    to.scrollIntoView({ block: "center" });
    partner(to)?.scrollIntoView({ block: "center" });
    to.scrollIntoView({ block: "center" });
  }

  const DOUBT = "[data-doubt], [data-task]:has(form[data-accept])";
  const focused = () => document.activeElement.closest?.("[data-task], [data-doubt]");
  const id = () => focused()?.querySelector("[id^=task-]")?.id.slice(5);
  const KEYS = {
    n: () => step(DOUBT, 1), p: () => step(DOUBT, -1), j: () => step("[data-task]", 1), k: () => step("[data-task]", -1),
    x: () => focused()?.querySelector("form[data-accept] button")?.click(),
    e: () => focused()?.querySelector("[data-edit]")?.click(),
    g: () => id() && post(`/tasks/${id()}/merge`, { version: form?.elements.version.value || "" }),
  };
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || !KEYS[event.key]) return;
    if (!D.keys() || event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
    event.preventDefault();
    KEYS[event.key]();
  });

  /* Back from a press: on with the next doubt, or with the task that was changed. Only once the browser has gone to the
     address's anchor itself, for that takes the focus away. */
  window.addEventListener("load", () => setTimeout(() => {
    if (document.activeElement !== document.body) return;
    if (location.hash === "#h-look") step(DOUBT, 1);
    else document.getElementById(location.hash.slice(1) || "-")?.closest("[data-task]")?.focus();
  }));
})();
