/* Words on their way: kept on the server every few seconds, saved in the draft by the button, after some minutes and on
   leaving. While they are on their way, or no way is open, they lie in this browser; the log-out clears them. */
(() => {
  const SOON = 1500, SAVE_AFTER = 5 * 60_000, AGAIN = 5000, MOST_ON_LEAVING = 60_000;
  const PREFIX = "engraft-words ";

  function Saving({ values, take, show, merged }) {
    const address = values.addresses.words, key = PREFIX + values.key;
    let revision = values.revision, changed = 0, kept = 0, inDraft = 0, current = Promise.resolve(true), timer = 0, soon = 0, canKeep = true, over = "", lastSave = Date.now();
    const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;
    const body = (act) => JSON.stringify({ do: act, revision, ...take() });

    function keepHere() {
      soon = clearTimeout(soon);
      try { localStorage.setItem(key, JSON.stringify({ revision, at: Date.now(), ...take() })); canKeep = true; } catch { canKeep = false; }
    }
    const forget = () => { soon = clearTimeout(soon); try { localStorage.removeItem(key); } catch { /* private mode */ } };

    async function send(act) {
      const answer = await fetch(address, { method: "POST", body: act === "leave" || act === "drop" ? JSON.stringify({ do: act }) : body(act),
        headers: { "X-CSRFToken": token(), "Content-Type": "application/json", "HX-Request": "true" } });
      if (answer.headers.get("HX-Redirect")) throw { words: editor.say("logged_out"), loggedOut: true };
      const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
      if (answer.status >= 500) throw new TypeError("no answer");
      if (!answer.ok || !isJson) throw { words: isJson ? "" : await answer.text() };
      document.dispatchEvent(new CustomEvent("htmx:afterRequest", { detail: { successful: true } }));
      return answer.json();
    }

    function later(wait) { clearTimeout(timer); timer = setTimeout(step, wait); }
    async function step() {
      const due = changed > inDraft && Date.now() - lastSave > SAVE_AFTER;
      if (due) await run("save"); else if (changed > kept) await run("keep");
    }
    /* One after the other: an answer that comes late must not meet a newer question. */
    function run(act) {
      current = current.then(() => once(act));
      return current;
    }
    async function once(act) {
      if (act === "keep" && changed <= kept) return true;
      const at = changed, sent = act === "save" ? take().blocks : null;
      if (act === "save") show(editor.say("saving"), "saving");
      try {
        const answer = await send(act);
        over = "";
        kept = Math.max(kept, at);
        const news = act === "keep" && answer.revision !== revision;
        if (act === "save") { inDraft = at; lastSave = Date.now(); revision = answer.revision; merged(answer, sent); }
        if (changed === at) forget(); else keepHere();
        show(editor.say(act === "save" ? "saved" : "kept").replace("%s", answer.at), act === "save" ? "ok" : "kept", answer.others);
        if (news) return once("save");
        if (changed > at) later(SOON);
        return true;
      } catch (problem) {
        failed(problem, act);
        return false;
      }
    }
    function failed(problem, act) {
      keepHere();
      if (problem instanceof TypeError) {
        show(editor.say(canKeep ? "offline" : "nowhere"), "bad");
        later(AGAIN);
      } else {
        over = problem.words || editor.say("refused");
        show(problem.loggedOut ? over : `${editor.say("refused")} ${problem.words || ""}`, "bad");
      }
    }

    const saving = {
      changed() {
        changed += 1;
        soon ||= setTimeout(keepHere, 300);  // not at each key: a long text is written whole
        if (changed === kept + 1 && !over) show(editor.say("writing"), "writing");
        later(over ? AGAIN : SOON);
      },
      save: () => run("save"),
      drop: async () => { forget(); await send("drop"); changed = kept = inDraft; },
      isDirty: () => changed > inDraft,
      stop() { inDraft = kept = changed; forget(); },
      isUnsent: () => changed > kept && !canKeep,
      begin(from) { revision = from; changed += 1; later(SOON); },
      get revision() { return revision; },
    };
    addEventListener("online", () => { if (changed > kept) step(); });
    /* On leaving, the words go into the draft; those that do not fit into such a message were kept before, or lie here. */
    addEventListener("pagehide", () => {
      if (changed <= inDraft) return;
      if (changed > kept) keepHere();
      const words = changed > kept ? body("save") : "", fits = words && words.length < MOST_ON_LEAVING;
      fetch(address, { method: "POST", keepalive: true, body: fits ? words : JSON.stringify({ do: "leave" }),
        headers: { "X-CSRFToken": token(), "Content-Type": "application/json", "HX-Request": "true" } }).catch(() => {});
    });
    addEventListener("beforeunload", (event) => { if (saving.isUnsent()) event.preventDefault(); });
    return saving;
  }

  function keptHere(key) {
    try { return JSON.parse(localStorage.getItem(PREFIX + key)); } catch { return null; }
  }
  Object.assign(editor, { Saving, keptHere });
})();
