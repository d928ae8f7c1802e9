/* Nothing typed is lost. Forms with data-autosave send themselves a moment after the last change and keep a copy in this
   browser until the server has it; forms with data-guard ask before the page is left with unsaved changes.
     data-autosave[="/url"]   where to (else the form's action); POST of the fields without files, header X-Autosave: 1
                              answers: 2xx saved (header X-Version: put into the field `version`; X-Saved-At: time shown),
                              409 stale (autosave stops, the copy stays), 422 refused (said, tried again on the next change)
     data-saved               an element, in the form or the page, that tells when it was saved
     data-guard               warn on leaving with changes */
"use strict";
(function () {
  const D = window.DonDoc, tr = D.tr, WAIT = 900, RETRY = [3, 6, 12, 30];
  const person = document.body.dataset.person || "0", PREFIX = "dondoc:";
  const SKIP = new Set(["csrf_token", "version", "confirmed"]);
  const forms = new Set();

  function store(act) { try { return act(window.localStorage); } catch { return null; } }

  function fields(form) {
    const hidden = new Set([...form.elements].filter((e) => e.type === "hidden" || e.type === "password").map((e) => e.name));
    return [...new FormData(form)].filter(([name, value]) =>
      typeof value === "string" && !SKIP.has(name) && !hidden.has(name));
  }

  function fill(form, rows) {
    const left = new Map();
    for (const [name, value] of rows) left.set(name, [...(left.get(name) || []), value]);
    for (const e of form.elements) {
      if (!e.name || SKIP.has(e.name) || ["file", "submit", "button", "hidden", "password"].includes(e.type)) continue;
      const values = left.get(e.name) || [];
      if (e.type === "checkbox" || e.type === "radio") e.checked = values.includes(e.value);
      else if (e.tagName === "SELECT" && e.multiple) for (const o of e.options) o.selected = values.includes(o.value);
      else if (values.length) e.value = values.shift();
    }
  }

  const time = (t) => new Date(t).toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });

  class Keeper {
    constructor(form, index) {
      this.form = form;
      this.url = form.dataset.autosave || form.getAttribute("action") || location.pathname;
      this.key = `${PREFIX}${person}:${location.pathname}:${form.getAttribute("id") || index}`;
      this.autosave = form.dataset.autosave !== undefined;
      this.clean = JSON.stringify(fields(form));
      this.tries = 0;
      this.stopped = false;
      if (this.autosave) this.restore();
      form.addEventListener("input", () => this.changed());
      form.addEventListener("change", () => this.changed());
      form.addEventListener("submit", (e) => { if (!e.defaultPrevented) this.sent(e); });
    }

    get dirty() { return !this.left && JSON.stringify(fields(this.form)) !== this.clean; }

    say(text) { (this.form.querySelector("[data-saved]") || document.querySelector("[data-saved]"))?.replaceChildren(text); }

    keep(sent) {
      const copy = { at: Date.now(), base: this.clean, rows: fields(this.form), sent };
      store((s) => s.setItem(this.key, JSON.stringify(copy)));
    }

    /* A saving that is on its way is waited for: it moves the version, and the press would be told that somebody else has edited. */
    sent(event) {
      if (!this.busy) return this.leave();
      event.preventDefault();
      clearTimeout(this.timer);
      this.press = () => this.form.requestSubmit(event.submitter || undefined);
    }

    /* The form is being sent as a whole: the copy stays until the next look tells whether it arrived. */
    leave() {
      if (this.autosave && this.dirty) this.keep(true);
      clearTimeout(this.timer);
      this.left = true;
    }

    changed() {
      this.left = false;
      if (!this.autosave) return;
      /* Leaving a field tells of a change also when its text is saved already: nothing to keep, or the next page would restore it. */
      if (!this.dirty) { clearTimeout(this.timer); return store((s) => s.removeItem(this.key)); }
      this.keep(false);
      if (this.stopped) return;
      this.say(tr("Chưa lưu…"));
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), WAIT);
    }

    async save() {
      if (this.busy || this.stopped) return;
      const rows = fields(this.form), sent = JSON.stringify(rows);
      if (sent === this.clean) return this.done(sent);
      const body = new FormData(this.form);
      for (const [name, value] of [...body]) if (typeof value !== "string") body.delete(name);
      this.busy = true;
      this.say(tr("Đang lưu…"));
      let answer = null;
      try {
        answer = await fetch(this.url, {
          method: "POST", body, redirect: "manual", credentials: "same-origin",
          headers: { "X-CSRFToken": D.csrf(), "X-Autosave": "1" },
        });
      } catch { /* no network: told and tried again below */ }
      this.busy = false;
      if (answer?.ok) this.saved(answer, sent);
      else if (!answer || answer.status >= 500 || answer.status === 429) this.later();
      else await this.refused(answer);
      const press = this.press;
      this.press = null;
      press?.();
    }

    saved(answer, sent) {
      const version = answer.headers.get("X-Version"), field = this.form.elements.namedItem("version");
      if (version && field) field.value = version;
      if (version) this.form.dispatchEvent(new CustomEvent("dondoc:saved", { bubbles: true, detail: version }));
      this.tries = 0;
      D.note("autosave");
      this.say(tr("Đã lưu lúc {time}", { time: answer.headers.get("X-Saved-At") || time(Date.now()) }));
      this.done(sent);
      if (this.dirty) this.changed();
    }

    done(sent) {
      this.clean = sent;
      if (!this.dirty) store((s) => s.removeItem(this.key));
    }

    later() {
      const wait = RETRY[Math.min(this.tries++, RETRY.length - 1)];
      this.say(tr("Chưa lưu lên máy chủ"));
      D.note("autosave", tr("Mất mạng hoặc máy chủ chưa trả lời. Phần đã gõ được giữ trên máy này và sẽ tự gửi lại."), "soon",
        [[tr("Gửi lại ngay"), () => this.save()]]);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), wait * 1000);
    }

    async refused(answer) {
      this.say(tr("Chưa lưu"));
      if (answer.status === 422) return D.note("autosave", D.problem(422, await answer.text()), "over");
      this.stopped = true;
      const text = answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 400
        ? tr("Phiên làm việc đã hết. Phần đã gõ được giữ trên máy này; mở lại trang, đăng nhập, máy sẽ điền lại.")
        : D.problem(answer.status, await answer.text());
      D.note("autosave", text, "over", [[tr("Mở lại trang"), () => { this.left = true; location.reload(); }]]);
    }

    restore() {
      const kept = store((s) => JSON.parse(s.getItem(this.key) || "null"));
      const arrived = kept?.sent && kept.base !== this.clean;
      if (!kept || arrived || JSON.stringify(kept.rows) === this.clean) return store((s) => s.removeItem(this.key));
      const server = JSON.parse(this.clean);
      fill(this.form, kept.rows);
      const moved = kept.base !== this.clean ? " " + tr("Bản trên máy chủ cũng đã đổi từ lúc đó: xin đọc lại.") : "";
      D.note("restored", tr("Đã điền lại phần gõ lúc {time} chưa kịp gửi.", { time: time(kept.at) }) + moved, "soon", [
        [tr("Giữ phần này"), () => { D.note("restored"); this.changed(); }],
        [tr("Bỏ, dùng bản trên máy chủ"), () => {
          fill(this.form, server);
          store((s) => s.removeItem(this.key));
          D.note("restored");
          D.count(document);
        }],
      ]);
      if (!moved) this.changed();
    }
  }

  function watch(root) {
    root.querySelectorAll("form[data-autosave], form[data-guard]").forEach((form, index) => {
      if (form.dataset.kept) return;
      form.dataset.kept = "1";
      forms.add(new Keeper(form, index));
    });
  }

  /* An office's machine is shared: copies of another person are not kept past this person's signing in. */
  if (document.body.dataset.person)
    store((s) => Object.keys(s).filter((k) => k.startsWith(PREFIX) && !k.startsWith(`${PREFIX}${person}:`))
      .forEach((k) => s.removeItem(k)));

  window.addEventListener("beforeunload", function (event) {
    for (const k of forms) if (k.form.isConnected && k.dirty) { event.preventDefault(); return; }
  });
  window.addEventListener("online", () => { for (const k of forms) if (k.autosave && k.dirty) k.save(); });
  document.addEventListener("htmx:load", (e) => { if (e.detail.elt.querySelectorAll) watch(e.detail.elt); });
  watch(document);
})();
