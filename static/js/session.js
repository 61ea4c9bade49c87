/* Two minutes before the log-out a dialog offers to stay; what was typed comes back after the next log-in.
   Kept in this tab only, for the same person and page, never passwords, hidden fields or files. A form that was
   sent is kept too, in case the answer is the log-in page; any other answer discards it. */
(() => {
  const KEY = "engraft-typed", SEEN = "engraft-seen", WARN = 120;
  const read = () => { try { return JSON.parse(sessionStorage.getItem(KEY)); } catch { return null; } };
  const write = (kept) => { try { sessionStorage.setItem(KEY, JSON.stringify(kept)); } catch { /* full or private */ } };
  const dialog = document.querySelector("[data-session]");
  if (!dialog) {
    const kept = read();
    if (kept) write({ ...kept, loggedOut: true });
    return;
  }
  /* Words of a draft that no server has yet lie in this browser (editor/saving.js): a log-out clears them, and so does
     another person. */
  const forgetWords = (mine) => {
    try {
      Object.keys(localStorage).filter((key) => key.startsWith("engraft-words ") && !(mine && key.startsWith(`engraft-words ${mine} `)))
        .forEach((key) => localStorage.removeItem(key));
    } catch { /* private mode */ }
  };
  forgetWords(dialog.dataset.person);
  addEventListener("submit", (event) => {
    if (!event.defaultPrevented && event.target.matches("form[action$='/logout/']")) forgetWords("");
  });
  const person = dialog.dataset.person, idle = Number(dialog.dataset.idleSeconds);
  const warn = Math.min(WARN, idle / 2);
  const fields = () => [...document.querySelectorAll("form[method=post]:not([data-no-keep]) :is(input, textarea, select)")]
    .filter((field) => field.name && !["password", "hidden", "file", "submit"].includes(field.type));
  const ticks = (field) => field.type === "checkbox" || field.type === "radio";
  const key = (field) => `${[...document.forms].indexOf(field.form)} ${field.name}${ticks(field) ? ` ${field.value}` : ""}`;
  const changed = (field) => ticks(field) ? field.checked !== field.defaultChecked
    : field.options ? [...field.options].some((option) => option.selected !== option.defaultSelected)
    : field.value !== field.defaultValue;

  function keep(loggedOut) {
    const typed = fields().filter(changed).map((field) => [key(field), ticks(field) ? field.checked : field.value]);
    if (typed.length) write({ person, path: location.pathname, loggedOut, typed });
  }
  function restore() {
    const kept = read();
    if (!kept) return;
    if (!kept.loggedOut || kept.person !== person) { sessionStorage.removeItem(KEY); return; }
    if (kept.path !== location.pathname) return;
    const typed = new Map(kept.typed);
    fields().filter((field) => typed.has(key(field))).forEach((field) => {
      if (ticks(field)) field.checked = typed.get(key(field)); else field.value = typed.get(key(field));
      typed.delete(key(field));
      const fold = field.closest("details:not(.menu)");
      if (fold) fold.open = true;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    sessionStorage.removeItem(KEY);
    /* A field that is gone (somebody else moved on meanwhile) still gives back its words. */
    const lost = [...typed.values()].filter((value) => typeof value === "string" && value.trim());
    if (lost.length) tell(`${messages().dataset.homeless} ${lost.join("\n\n")}`, "warn");
    else tell(messages().dataset.restored, "ok");
  }

  /* The clock counts from the last answer of the server, and looks at the time: a sleeping computer counts too. */
  let seen = Date.now();
  const left = () => Math.ceil(idle - (Date.now() - seen) / 1000);
  const awake = () => { seen = Date.now(); if (dialog.open) dialog.close(); };
  const touch = () => { awake(); try { localStorage.setItem(SEEN, seen); } catch { /* private mode */ } };
  addEventListener("storage", (event) => { if (event.key === SEEN) awake(); });
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) touch(); });
  async function stay() {
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
    try {
      const answer = await fetch(dialog.dataset.stayUrl, { method: "POST", headers: { "X-CSRFToken": token, "HX-Request": "true" } });
      if (answer.ok && !answer.headers.get("HX-Redirect")) touch(); else leave();
    } catch { tell(messages().dataset.offline, "bad"); dialog.close(); }
  }
  function leave() {
    keep(true);
    document.querySelectorAll("form[data-dirty]").forEach((form) => delete form.dataset.dirty);
    location.reload();
  }
  dialog.querySelector("[data-session-stay]").addEventListener("click", stay);
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); stay(); });
  setInterval(() => {
    const seconds = left();
    if (seconds <= -2) leave();
    else if (seconds <= warn) {
      const shown = Math.max(0, seconds);
      dialog.querySelector("[data-session-left]").textContent = `${Math.floor(shown / 60)}:${String(shown % 60).padStart(2, "0")}`;
      if (!dialog.open) dialog.showModal();
    }
  }, 1000);
  document.addEventListener("submit", (event) => { if (event.target.method === "post") keep(false); });
  touch();
  restore();
})();
