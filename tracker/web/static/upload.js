/* Files on weak lines: progress while they go, a new try when the line drops, words when they are refused. Without this
   script the same forms post as plain multipart.
     <form data-upload>                       the whole form goes with one progress bar, then the browser follows the redirect
     <input type=file data-upload-each=URL data-upload-target="#files" [data-limit=bytes]>
                                              every chosen file goes to URL at once; the answer replaces the target's inside */
"use strict";
(function () {
  const D = window.DonDoc, tr = D.tr, WAITS = [2, 4, 8, 15, 30];
  const MB = 1024 * 1024;
  const comma = (n) => n.toLocaleString("vi-VN", { maximumFractionDigits: 1 });
  const size = (n) => (n < 1000 * 1024 ? `${Math.max(1, Math.round(n / 1024))} kB` : `${comma(n / MB)} MB`);
  const key = () => (crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random().toString(36).slice(2)}`);

  /* A row that shows one sending: name, words, bar, a stop button. */
  class Row {
    constructor(place, name, where) {
      this.box = document.createElement(where === "list" ? "li" : "div");
      this.box.className = where === "list" ? "sending-row" : "sending pad";
      const inside = document.createElement("div"), first = document.createElement("p"), bold = document.createElement("b");
      this.words = document.createElement("p");
      this.words.setAttribute("role", "status");
      this.bar = document.createElement("progress");
      this.bar.max = 100;
      this.bar.value = 0;
      this.bar.setAttribute("aria-label", tr("Đang gửi {name}", { name }));
      bold.textContent = name;
      first.append(bold);
      inside.className = "sending";
      inside.append(first, this.words, this.bar);
      this.stop = document.createElement("button");
      this.stop.type = "button";
      this.stop.className = "btn btn-line btn-row";
      this.stop.textContent = tr("Dừng");
      this.box.append(inside, this.stop);
      place.append(this.box);
    }
    say(text) { if (this.words.textContent !== text) this.words.textContent = text; }
    failed(text) {
      this.bar.remove();
      this.words.className = "err";
      this.say(text);
      this.stop.textContent = tr("Bỏ");
    }
  }

  /* Sends one body, trying again after a lost line; calls one of done(xhr), refused(text), stopped(). */
  function send(url, makeBody, row, total, then, headers) {
    let xhr, timer, tries = 0, over = false;
    const again = () => { clearTimeout(timer); window.removeEventListener("online", again); if (!over) start(); };

    function lost() {
      if (over) return;
      const wait = WAITS[Math.min(tries++, WAITS.length - 1)];
      row.say(tr("Mất mạng, tự gửi lại sau {wait} giây.", { wait }));
      timer = setTimeout(again, wait * 1000);
      window.addEventListener("online", again);
    }

    function start() {
      xhr = new XMLHttpRequest();
      xhr.open("POST", url);
      for (const [name, value] of Object.entries({ "X-CSRFToken": D.csrf(), "X-Upload": "1", ...headers })) xhr.setRequestHeader(name, value);
      xhr.upload.addEventListener("progress", function (e) {
        const part = e.total ? e.loaded / e.total : 0;
        row.bar.value = Math.round(part * 100);
        row.say(part < 1 ? tr("đang gửi {part} % của {size}", { part: Math.round(part * 100), size: size(total) })
          : tr("đã gửi, máy chủ đang kiểm tra…"));
      });
      xhr.addEventListener("load", function () {
        if (xhr.status === 502 || xhr.status === 504) return lost();
        over = true;
        if (xhr.status < 400) then.done(xhr);
        else then.refused(D.problem(xhr.status, xhr.responseText), xhr);
      });
      xhr.addEventListener("error", lost);
      xhr.addEventListener("timeout", lost);
      xhr.send(makeBody());
    }

    row.stop.addEventListener("click", function () {
      if (over) return;
      clearTimeout(timer);
      window.removeEventListener("online", again);
      over = true;
      xhr?.abort();
      then.stopped();
    });
    row.say(tr("chờ gửi, {size}", { size: size(total) }));
    start();
  }

  const tooLarge = (file, limit) =>
    limit && file.size > limit
      ? tr("{size}, quá mức {limit}. Hãy quét ở độ phân giải thấp hơn hoặc tách thành nhiều tệp.", { size: size(file.size), limit: size(limit) }) : "";

  /* Every chosen file by itself, one after the other: a phone's line is not torn between many, and the list that an answer brings
     is never older than the one on the page. */
  let waiting = [], running = 0;
  function next() {
    while (running < 1 && waiting.length) {
      running++;
      waiting.shift()(() => { running--; next(); });
    }
  }

  function each(input) {
    const target = document.querySelector(input.dataset.uploadTarget || "");
    const place = target?.querySelector("ol, ul") || target || input.parentElement;
    const where = /^(OL|UL)$/.test(place.tagName) ? "list" : "box";
    const limit = Number(input.dataset.limit || 0);
    for (const file of [...input.files]) {
      const row = new Row(place, file.name, where), id = key();
      const refuse = tooLarge(file, limit);
      if (refuse) {
        row.failed(refuse);
        row.stop.addEventListener("click", () => row.box.remove());
        continue;
      }
      row.say(tr("chờ đến lượt"));
      const drop = () => { waiting = waiting.filter((w) => w !== go); row.box.remove(); };
      row.stop.addEventListener("click", drop);
      const go = function (finished) {
        row.stop.removeEventListener("click", drop);
        const body = () => { const b = new FormData(); b.append(input.name, file); return b; };
        let ended = false;
        const end = () => { if (!ended) { ended = true; finished(); } };
        send(input.dataset.uploadEach, body, row, file.size, {
          done(xhr) { row.box.remove(); end(); settle(input, target, xhr); },
          refused(text) { row.failed(text); row.stop.addEventListener("click", () => row.box.remove()); end(); },
          stopped() { row.box.remove(); end(); },
        }, { "X-Upload-Key": id });
      };
      waiting.push(go);
    }
    input.value = "";
    next();
  }

  /* The answer shows the server's list; rows still going are carried over into it. */
  function settle(input, target, xhr) {
    const to = xhr.getResponseHeader("X-Location");
    if (to && !running && !waiting.length) { location.assign(to); return; }
    if (!target || !xhr.responseText.trim()) return;
    const going = [...target.querySelectorAll(".sending-row, .sending.pad")];
    const fresh = document.createElement("template");
    fresh.innerHTML = xhr.responseText;
    target.replaceChildren(fresh.content);
    const place = target.querySelector("ol, ul") || target;
    place.append(...going);
    if (window.htmx) window.htmx.process(target);
    input.dispatchEvent(new CustomEvent("uploaded", { bubbles: true }));
    D.count(document);
  }

  /* A whole form */
  function whole(form, button) {
    const files = [...form.querySelectorAll("input[type=file]")];
    const chosen = files.flatMap((i) => [...i.files].map((f) => [f, Number(i.dataset.limit || 0)]));
    const large = chosen.find(([f, limit]) => tooLarge(f, limit));
    if (large) { D.note("upload", `“${large[0].name}”: ${tooLarge(...large)}`, "over"); return; }
    D.note("upload");
    const total = chosen.reduce((sum, [f]) => sum + f.size, 0);
    const row = new Row(files[0]?.parentElement || form, chosen.length === 1 ? chosen[0][0].name : tr("{n} tệp", { n: chosen.length }), "box");
    const buttons = [...form.querySelectorAll("button:not([type=button])")].filter((b) => !b.disabled);
    const body = new FormData(form, button || undefined), id = key();
    const free = () => { delete form.dataset.sending; buttons.forEach((b) => { b.disabled = false; }); row.box.remove(); };
    form.dataset.sending = "1";
    buttons.forEach((b) => { b.disabled = true; });
    send((button?.hasAttribute("formaction") && button.formAction) || form.action, () => body, row, total, {
      done(xhr) { show(xhr, free); },
      refused(text, xhr) { free(); if (!swap(xhr)) D.note("upload", text, "over"); },
      stopped: free,
    }, { "X-Upload-Key": id });
  }

  /* The server says where to go instead of redirecting (headers.py), so that its messages wait for the real visit. */
  function show(xhr, free) {
    const to = xhr.getResponseHeader("X-Location");
    if (to) { location.assign(to); if (to.includes("#")) location.reload(); return; }
    free();
    if (!swap(xhr)) location.reload();
  }

  function swap(xhr) {
    const page = new DOMParser().parseFromString(xhr.responseText, "text/html"), main = page.getElementById("main");
    if (!main || main.querySelector("[data-error]")) return false;
    document.getElementById("main").replaceWith(main);
    if (window.htmx) window.htmx.process(main);
    D.count(document);
    (main.querySelector("[data-focus]") || main).focus();
    window.scrollTo(0, 0);
    return true;
  }

  document.addEventListener("change", (e) => { if (e.target.dataset.uploadEach && e.target.files?.length) each(e.target); });
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (event.defaultPrevented || form.dataset.upload === undefined) return;
    event.preventDefault();
    if (!form.dataset.sending) whole(form, event.submitter);
  });
  window.addEventListener("beforeunload", function (event) {
    if (running || waiting.length) event.preventDefault();
  });
})();
