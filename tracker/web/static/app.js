/* Small comforts on pages that work without them: asking before acts that destroy, counting what is ticked, the search
   key, and words for answers that failed. Everything hangs on data attributes; there is no inline script. What people read
   goes through tr(): English pages load the same scripts with their words in front (tracker/web/script_words.py).
     data-confirm="Câu hỏi" [data-confirm-ok="Xoá"]   on a button or form; adds confirmed=1 when the person agrees
     data-row[="group"]                               a tick that counts; ticks of one group count once
     data-select-all                                  a tick that sets every data-row of its form
     data-count-label="Đôn đốc {n} đơn vị" [data-count-none="Chọn đơn vị"]   on a button or span of that form; {n|unit|units} in English
     data-auto-submit                                 a control that sends its form on change
     data-busy="Đang gửi…"                            a form's words on its button after sending, no second press; "" on a button that only goes back
     data-print                                       a button that prints
     data-keys, data-keys-switch                      the line that names the keys, and the button that switches them off and on
     data-press="j"                                   the letter that presses this button or link while nothing is being typed */
"use strict";
(function () {
  const D = (window.DonDoc = {});

  /* A message in the page's language with its values in place; {n|task|tasks} chooses by whether n is 1, as on the server. */
  const WORDS = window.DonDocWords || {};
  D.fill = (text, values) => text.replace(/\{(\w+)(?:\|([^{}|]*)\|([^{}|]*))?\}/g, (place, name, one, many) =>
    !(name in values) ? place : one === undefined ? values[name] : String(values[name]) === "1" ? one : many);
  const tr = (D.tr = (text, values) => D.fill(WORDS[text] || text, values || {}));

  D.csrf = () => document.querySelector("meta[name=csrf-token]")?.content || "";

  /* A message at the head of the page that stays until it is answered; one per key. */
  D.note = function (key, text, kind, acts) {
    const live = document.getElementById("live");
    if (!live) return;
    live.querySelector(`[data-key="${key}"]`)?.remove();
    if (!text) return;
    const box = document.createElement("div");
    box.className = "note " + (kind || "");
    box.dataset.key = key;
    const p = document.createElement("p");
    p.textContent = text;
    box.append(p);
    if (acts && acts.length) {
      const row = document.createElement("div");
      row.className = "acts";
      for (const [label, act] of acts) {
        const b = document.createElement("button");
        b.type = "button";
        b.className = "btn btn-line btn-row";
        b.textContent = label;
        b.addEventListener("click", act);
        row.append(b);
      }
      box.append(row);
    }
    live.append(box);
  };

  /* The sentence of an error page, for answers that were fetched and not navigated to. */
  D.problem = function (status, html) {
    const page = html ? new DOMParser().parseFromString(html, "text/html") : null;
    const said = page?.querySelector("[data-error-text], .note.over p, .err span")?.textContent.trim();
    if (said) return said;
    if (status === 0) return tr("Mất mạng, chưa gửi được. Phần đang làm vẫn còn trên máy này.");
    if (status === 413) return tr("Tệp quá lớn nên không được nhận. Hãy chia nhỏ hoặc quét ở độ phân giải thấp hơn.");
    return tr("Chưa làm được việc vừa rồi. Hãy tải lại trang rồi thử lại.");
  };

  /* Asking first */
  const asked = new WeakSet();
  D.ask = function (text, ok, act) {
    const box = document.createElement("dialog");
    box.className = "ask";
    box.setAttribute("aria-labelledby", "ask-text");
    const p = document.createElement("p");
    p.id = "ask-text";
    p.textContent = text;
    const row = document.createElement("div");
    row.className = "acts";
    const no = document.createElement("button");
    const yes = document.createElement("button");
    no.type = yes.type = "button";
    no.className = "btn btn-line";
    yes.className = "btn btn-primary";
    no.textContent = tr("Thôi");
    yes.textContent = ok;
    no.addEventListener("click", () => box.close());
    yes.addEventListener("click", () => { box.close(); act(); });
    row.append(no, yes);
    box.append(p, row);
    box.addEventListener("close", () => box.remove());
    document.body.append(box);
    box.showModal();
    no.focus();
  };

  document.addEventListener("submit", function (event) {
    const form = event.target, button = event.submitter;
    const asks = button?.dataset.confirm ? button : form.dataset.confirm ? form : null;
    if (!asks || asked.has(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    D.ask(asks.dataset.confirm, asks.dataset.confirmOk || button?.textContent.trim() || tr("Đồng ý"), function () {
      if (!form.querySelector("input[name=confirmed]")) {
        const mark = document.createElement("input");
        Object.assign(mark, { type: "hidden", name: "confirmed", value: "1" });
        form.append(mark);
      }
      asked.add(form);
      form.requestSubmit(button || undefined);
      asked.delete(form);
      /* The answer holds for this one press: another button of the same form asks anew. */
      form.querySelector("input[name=confirmed]")?.toggleAttribute("data-once", true);
      setTimeout(() => form.querySelector("input[name=confirmed][data-once]")?.remove(), 0);
    });
  }, true);

  /* One press is enough */
  document.addEventListener("submit", function (event) {
    const form = event.target, button = event.submitter, words = button?.dataset.busy ?? form.dataset.busy;
    if (event.defaultPrevented || !words || !button) return;
    setTimeout(function () {
      button.dataset.label = button.textContent;
      button.textContent = words;
      button.disabled = true;
    }, 0);
  });
  window.addEventListener("pageshow", function () {
    for (const b of document.querySelectorAll("button[data-label]")) {
      b.textContent = b.dataset.label;
      b.disabled = false;
      delete b.dataset.label;
    }
  });

  /* Counting ticks */
  function count(form) {
    const rows = [...form.elements].filter((e) => e.dataset.row !== undefined && e.type === "checkbox");
    const groups = new Set();
    for (const r of rows) if (r.checked) groups.add(r.dataset.row || r);
    for (const e of form.querySelectorAll("[data-count-label]")) {
      e.textContent = D.fill(groups.size || !e.dataset.countNone ? e.dataset.countLabel : e.dataset.countNone, { n: groups.size });
      if (e.tagName === "BUTTON") e.disabled = groups.size === 0;
    }
    const all = form.querySelector("[data-select-all]");
    if (all) {
      const ticked = rows.filter((r) => r.checked).length;
      all.checked = ticked > 0 && ticked === rows.length;
      all.indeterminate = ticked > 0 && ticked < rows.length;
    }
  }
  D.count = function (root) {
    for (const e of root.querySelectorAll("[data-count-label]")) {
      const form = e.form || e.closest("form");
      if (form) count(form);
    }
  };

  document.addEventListener("change", function (event) {
    const e = event.target, form = e.form;
    if (!form) return;
    if (e.dataset.selectAll !== undefined)
      for (const r of form.elements) if (r.dataset.row !== undefined && !r.disabled) r.checked = e.checked;
    if (e.dataset.selectAll !== undefined || e.dataset.row !== undefined) count(form);
    if (e.dataset.autoSubmit !== undefined) form.requestSubmit();
  });

  /* Keys and clicks */
  document.addEventListener("keydown", function (event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const q = document.getElementById("q");
    if (q && q.offsetParent) { event.preventDefault(); q.focus(); q.select(); }
  });
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || !/^[a-z]$/.test(event.key)) return;
    if (!D.keys() || event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog")) return;
    const pressed = document.querySelector(`[data-press="${event.key}"]`);
    if (!pressed || pressed.disabled) return;
    event.preventDefault();
    pressed.click();
    if (pressed.matches("summary")) pressed.parentElement.querySelector("textarea, input")?.focus();
  });
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) window.print();
  });

  /* Keys of one letter can be switched off in this browser: who speaks to the machine would press them unawares (WCAG 2.1.4). */
  const OFF = "dondoc-keys-off";
  D.keys = () => { try { return !localStorage.getItem(OFF); } catch { return true; } };
  function tellKeys() {
    for (const e of document.querySelectorAll("[data-keys]")) e.hidden = !D.keys();
    for (const b of document.querySelectorAll("[data-keys-switch]")) {
      b.hidden = false;
      b.textContent = D.keys() ? tr("Tắt phím tắt") : tr("Bật phím tắt");
    }
  }
  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-keys-switch]")) return;
    try { if (D.keys()) localStorage.setItem(OFF, "1"); else localStorage.removeItem(OFF); } catch { /* nothing can be kept */ }
    tellKeys();
  });

  /* htmx: the token goes with every request, and failures are said in words */
  document.addEventListener("htmx:configRequest", (e) => { e.detail.headers["X-CSRFToken"] = D.csrf(); });
  document.addEventListener("htmx:responseError", (e) =>
    D.note("htmx", D.problem(e.detail.xhr.status, e.detail.xhr.responseText), "over"));
  document.addEventListener("htmx:sendError", () => D.note("htmx", D.problem(0), "soon"));
  document.addEventListener("htmx:afterOnLoad", (e) => { if (e.detail.successful) D.note("htmx"); });
  document.addEventListener("htmx:load", (e) => D.count(e.detail.elt));

  document.addEventListener("DOMContentLoaded", function () {
    D.count(document);
    tellKeys();
    (document.querySelector("[data-focus]") || document.querySelector("main [aria-invalid=true]"))?.focus();
  });
})();
