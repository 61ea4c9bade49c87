/* Small helps; every page works without them. No page depends on a key, none is taken inside a field. */
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const typing = (target) => target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const messages = () => document.getElementById("messages");

function tell(words, tone) {
  const note = document.createElement("div");
  note.className = `note note-${tone}`;
  if (tone === "bad") note.setAttribute("role", "alert");
  note.textContent = words;
  messages().replaceChildren(note);
}

/* Light and dark. */
function dark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}
all("[data-theme-toggle]").forEach((button) => {
  button.dataset.ready = "";
  button.addEventListener("click", () => {
    const next = dark() ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    try { localStorage.setItem("engraft-theme", next); } catch { /* private mode */ }
  });
});

/* Menus close on Escape and on a click outside; dialogs open. A blocked button takes one to its reason. */
const openMenus = () => all("details.menu[open]");
document.addEventListener("click", (event) => {
  openMenus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  const blocked = event.target.closest("button[aria-disabled=true]");
  if (blocked) {
    event.preventDefault();
    document.getElementById(blocked.getAttribute("aria-describedby"))?.scrollIntoView({ block: "center" });
    return;
  }
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
});

/* Keys: Escape, slash to search, j k o in a register. */
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    openMenus().forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  }
  if (typing(event.target) || event.metaKey || event.ctrlKey || event.altKey) return;
  if (event.key === "/") {
    const search = document.querySelector("[data-search]") || document.getElementById("q-top");
    if (search?.checkVisibility()) { event.preventDefault(); search.focus(); search.select(); }
  }
  const rows = all("[data-register] [data-row]");
  const at = rows.indexOf(document.activeElement?.closest("[data-row]"));
  if (rows.length && (event.key === "j" || event.key === "k")) {
    rows[Math.max(0, Math.min(rows.length - 1, at + (event.key === "j" ? 1 : -1)))].focus();
  } else if (at > -1 && event.key === "o") rows[at].querySelector("th a, a")?.click();
});

/* A form is sent once; the back button gives its buttons back, and so do 20 seconds without an answer. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog" || event.defaultPrevented) return;
  if (form.dataset.sent !== undefined) { event.preventDefault(); return; }
  if (form.method !== "post") return;
  form.dataset.sent = "";
  delete form.dataset.dirty;
  setTimeout(() => all("button:not([type=button])", form).forEach((button) => { button.disabled = true; }));
  setTimeout(() => release(form), 20_000);
});
function release(form) {
  delete form.dataset.sent;
  all("button:not([type=button])", form).forEach((button) => { button.disabled = false; });
}
addEventListener("pageshow", (event) => { if (event.persisted) all("form[data-sent]").forEach(release); });
document.addEventListener("htmx:afterRequest", (event) => { if (event.target.matches?.("form[data-sent]")) release(event.target); });

/* Changes that are not saved. */
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) form.dataset.dirty = "";
});
addEventListener("beforeunload", (event) => { if (document.querySelector("form[data-dirty]")) event.preventDefault(); });

/* A date field shows the browser's order of day and month: the words under it are sure. */
const long = new Intl.DateTimeFormat(document.documentElement.lang,
  { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
function dateWords(hint) {
  const field = document.getElementById(hint.dataset.wordsOf);
  hint.textContent = field?.valueAsDate ? long.format(field.valueAsDate).replace(", ", " ") : "";
}
document.addEventListener("input", (event) => {
  all("[data-words-of]").filter((hint) => hint.dataset.wordsOf === event.target.id).forEach(dateWords);
});

/* A filter form sends itself when a choice is made, where htmx does not do so already. */
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto]");
  if (form && !form.hasAttribute("hx-get") && event.target.type !== "search") form.requestSubmit();
});

/* What the server refuses or does not answer is said in words. */
document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  const plain = (xhr.getResponseHeader("Content-Type") || "").startsWith("text/plain");
  tell(plain ? xhr.responseText : messages().dataset.failed, "bad");
});
document.addEventListener("htmx:sendError", () => tell(messages().dataset.offline, "bad"));

/* After every load and swap: the words of dates, the chosen tab, and the first thing to correct. */
function settle(root) {
  all("[data-words-of]", root).forEach(dateWords);
  all(".views [aria-current]").forEach((tab) => { /* on a phone the tabs scroll: the chosen one is in sight */
    tab.parentElement.scrollLeft = tab.offsetLeft - (tab.parentElement.clientWidth - tab.offsetWidth) / 2;
  });
  const wrong = root.querySelector("[data-error-summary]:not([data-still] *)");
  /* An address with a # keeps the browser from heeding autofocus by itself. */
  if (wrong) wrong.focus();
  else if (location.hash) root.querySelector("[autofocus]")?.focus();
}
document.addEventListener("htmx:afterSwap", (event) => settle(event.target));
settle(document);
