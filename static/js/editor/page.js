/* The page of the editor: the text, its tools, its outline, what is said about it, and where its words are. */
(() => {
  const P = ProseMirror, place = document.querySelector("[data-editor]");
  const values = editor.values = JSON.parse(document.getElementById("editor-values").textContent);
  const part = (name) => document.querySelector(`[data-${name}]`);
  const title = document.getElementById("draft-title"), summary = document.getElementById("draft-summary");

  const here = editor.keptHere(values.key), draft = { revision: values.revision, blocks: values.blocks, title: values.title, summary: values.summary };
  const sameWords = (one, two) => ["blocks", "title", "summary"].every((name) => JSON.stringify(one[name]) === JSON.stringify(two[name]));
  const unsaved = [here, values.kept].find((words) => words?.blocks && !sameWords(words, draft));
  const begin = unsaved || draft;
  let headings = 0, back = editor.memory(begin.blocks);

  const view = new P.EditorView(place, {
    state: P.EditorState.create({ doc: editor.fromBlocks(begin.blocks), plugins: editor.plugins }),
    attributes: { role: "textbox", "aria-multiline": "true", "aria-label": editor.say("text"), spellcheck: "true", lang: place.dataset.language },
    dispatchTransaction(tr) {
      view.updateState(view.state.apply(tr));
      if (tr.docChanged && !tr.getMeta("server")) saving.changed();
      if (tr.docChanged) headings ||= setTimeout(outline, 200);
      tools();
    },
    handleDOMEvents: { paste },
    handleDrop(_view, event, _slice, moved) {
      const file = event.dataTransfer?.files[0], words = event.dataTransfer?.getData("text/plain") || "";
      if (moved || !event.dataTransfer) return false;
      const at = view.posAtCoords({ left: event.clientX, top: event.clientY });
      if (at) view.dispatch(view.state.tr.setSelection(P.Selection.near(view.state.doc.resolve(at.pos))));
      if (file?.type.startsWith("image/")) editor.dialogs.picture(view, file);
      else if (!file) editor.dialogs.pasted(view, event.dataTransfer.getData("text/html"), words);
      return true;
    },
    handleDoubleClickOn(_view, _pos, node) {
      if (node.type.name !== "image") return false;
      editor.dialogs.picture(view);
      return true;
    },
    handleKeyDown(_view, event) {
      const mod = event.ctrlKey || event.metaKey, key = event.key.toLowerCase();
      if (event.key === "Escape" || (event.altKey && event.key === "F10")) { stops()[0].focus(); return true; }
      if (mod && key === "s") { event.preventDefault(); saving.save(); return true; }
      if (mod && key === "k") { event.preventDefault(); editor.dialogs.link(view); return true; }
      if (event.altKey && event.shiftKey && event.code === "KeyR") { event.preventDefault(); editor.dialogs.refer(view); return true; }
      if (event.key === "Enter" && view.state.selection.node?.type.name === "image") { editor.dialogs.picture(view); return true; }
      return false;
    },
  });
  editor.view = view;

  /* Before the library reads it: what comes from elsewhere is shown first, a picture is uploaded. */
  function paste(_view, event) {
    const html = event.clipboardData.getData("text/html"), words = event.clipboardData.getData("text/plain");
    const file = [...event.clipboardData.files].find((one) => one.type.startsWith("image/"));
    if ((!html && !file) || html.includes("data-pm-slice")) return false;
    event.preventDefault();
    if (html) editor.dialogs.pasted(view, html, words); else editor.dialogs.picture(view, file);
    return true;
  }

  /* Saving */
  const saving = editor.Saving({
    values: { ...values, revision: begin.revision },
    take: () => ({ blocks: back(view.state.doc), title: title.value, summary: summary.value }),
    show(words, state, others) {
      const line = part("editor-state");
      if (line.textContent !== words) line.textContent = words;
      line.dataset.state = state;
      if (others) part("editor-others").textContent = others.join(" ");
    },
    merged: takeAnswer,
  });
  editor.saving = saving;
  [title, summary].forEach((field) => field.addEventListener("input", () => saving.changed()));
  if (unsaved) {
    title.value = unsaved.title;
    summary.value = unsaved.summary;
    const line = part("editor-found");
    line.querySelector("b").textContent = editor.say("found").replace("%s", here === unsaved ? new Date(here.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" }) : values.kept_at);
    line.hidden = false;
    line.querySelector("button").addEventListener("click", async () => { await saving.drop(); location.reload(); });
    saving.begin(begin.revision);
  }
  part("editor-merged").querySelector("[data-seen]").addEventListener("click", () => { part("editor-merged").hidden = true; view.focus(); });
  part("editor-save").addEventListener("click", () => saving.save());

  /* Take over what the server made of the words: a passage that was changed here since it was sent stays, and the
     server's stands before it. */
  function takeAnswer(answer, sent) {
    Object.assign(values.titles, answer.titles);
    view.dom.querySelectorAll("[data-ref^='doc:']").forEach((dom) => {
      const about = values.titles[decodeURIComponent(dom.dataset.ref.slice(4))];
      dom.textContent = about ? `${dom.dataset.words} ${about}` : dom.dataset.words;
    });
    troubles(answer.troubles);
    const now = back(view.state.doc), text = JSON.stringify;
    back = editor.memory(answer.blocks);
    if (answer.since.length) {
      if (title.value !== answer.title) title.value = answer.title;
      if (summary.value !== answer.summary) summary.value = answer.summary;
      report(answer);
    }
    if (text(answer.blocks) === text(sent)) return;
    const before = new Map(sent.map((block) => [block.id, text(block)])), mine = new Map(now.map((block) => [block.id, block]));
    const touched = (block) => text(block) !== before.get(block.id);
    const out = [], placed = new Set();
    let open = null;
    const own = new Map();
    for (const block of now) { if (!before.has(block.id)) own.set(open, [...(own.get(open) || []), block]); else open = block.id; }
    out.push(...(own.get(null) || []));
    for (const block of answer.blocks) {
      const local = mine.get(block.id);
      placed.add(block.id);
      if (local && touched(local) && text(block) !== before.get(block.id)) out.push(block, { ...local, id: "" });
      else if (local && touched(local)) out.push(local);
      else if (local || !before.has(block.id) || text(block) !== before.get(block.id)) out.push(block);
      out.push(...(own.get(block.id) || []));
      own.delete(block.id);
    }
    for (const block of now) if (before.has(block.id) && !placed.has(block.id) && touched(block)) out.push(block);
    for (const [after, blocks] of own) if (after !== null) out.push(...blocks);
    replaceChanged(editor.fromBlocks(out));
  }
  /* Change only the stretch that differs, so that the cursor stays. */
  function replaceChanged(doc) {
    const was = view.state.doc, start = was.content.findDiffStart(doc.content);
    if (start === null) return;
    let { a, b } = was.content.findDiffEnd(doc.content);
    const overlap = start - Math.min(a, b);
    if (overlap > 0) { a += overlap; b += overlap; }
    const tr = view.state.tr.setMeta("server", true).setMeta("addToHistory", false);
    try { tr.replace(start, a, doc.slice(start, b)); } catch { tr.replaceWith(0, was.content.size, doc.content); }
    view.dispatch(tr.doc.eq(doc) ? tr : view.state.tr.setMeta("server", true).setMeta("addToHistory", false).replaceWith(0, was.content.size, doc.content));
  }

  /* What is told beside the text */
  const entry = (words, id) => {
    const li = document.createElement("li");
    if (!id) { li.textContent = words; return li; }
    const button = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: words });
    button.addEventListener("click", () => jump(id));
    li.append(button);
    return li;
  };
  function jump(id) {
    let at = -1;
    view.state.doc.descendants((node, pos) => { if (at < 0 && node.attrs.id === id) at = pos; });
    if (at < 0) return;
    const near = P.Selection.near(view.state.doc.resolve(Math.min(at + 1, view.state.doc.content.size)));
    view.dispatch(view.state.tr.setSelection(near));
    view.nodeDOM(at)?.scrollIntoView({ block: "center" });
    view.focus();
  }
  function troubles(found) {
    const list = part("editor-troubles");
    list.replaceChildren(...(found.length ? found.map((one) => {
      const li = entry(one.words, one.block);
      if (!one.named) return li;
      const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: editor.say("refer") });
      button.setAttribute("aria-label", `${editor.say("refer")}: ${one.named}`);
      button.addEventListener("click", () => { linkNamed(one.named); li.remove(); });
      li.append(" ", button);
      return li;
    }) : [entry(editor.say("no_trouble"))]));
  }
  /* Make references of a number wherever it stands among the words. */
  function linkNamed(number) {
    const places = [], sign = /[\p{L}\p{N}_./-]/u;
    view.state.doc.descendants((node, pos) => {
      if (!node.isText || node.marks.some((mark) => mark.type.name === "link")) return;
      for (let at = node.text.indexOf(number); at > -1; at = node.text.indexOf(number, at + 1)) {
        const after = node.text.slice(at + number.length, at + number.length + 2);
        if (!sign.test(node.text[at - 1] || " ") && !/^[\p{L}\p{N}_/-]/u.test(after)) places.push([pos + at, node.marks]);
      }
    });
    const tr = view.state.tr, link = editor.linkTo(number);
    places.reverse().forEach(([at, marks]) => tr.replaceWith(at, at + number.length, editor.schema.node("reference", { link, text: number }, null, marks)));
    view.dispatch(tr);
    saving.save();
  }
  function report(answer) {
    const box = part("editor-merged"), words = new Map(answer.blocks.map((block) => [block.id, editor.wordsOf(block).slice(0, 80) || editor.say("passage")]));
    const chosen = (ids, head) => ids.length ? [entry(head), ...ids.map((id) => entry(words.get(id) || editor.say("passage"), id))] : [];
    box.querySelector("[data-who]").replaceChildren(...answer.since.map((one) => entry(one)));
    box.querySelector("[data-what]").replaceChildren(...answer.changes.map((one) => entry(one)));
    box.querySelector("[data-choose]").replaceChildren(...chosen(answer.twice, editor.say("twice")), ...chosen(answer.stayed, editor.say("stayed")),
      ...(answer.title_of_mine ? [entry(editor.say("title_of_mine").replace("%s", answer.title_of_mine))] : []));
    box.hidden = false;
  }
  function outline() {
    headings = 0;
    const numbers = new Map(editor.numbered(view.state.doc).map(([, node, label]) => [node.attrs.id, label])), found = [];
    view.state.doc.forEach((node) => { if (node.type.name === "heading" && node.textContent.trim()) found.push(node); });
    part("editor-outline").replaceChildren(...(found.length ? found.map((node) => {
      const li = entry([numbers.get(node.attrs.id), node.textContent].filter(Boolean).join(" "), node.attrs.id);
      li.className = `outline-${Math.min(node.attrs.level, 3)}`;
      return li;
    }) : [entry(editor.say("no_headings"))]));
  }

  /* Tools: one stop of the Tab key, arrows between them, Escape back to the text. */
  const bar = part("editor-tools"), choice = document.getElementById("style");
  const stops = () => [...bar.querySelectorAll("button, select, summary")].filter((one) => one.checkVisibility() && !one.disabled);
  const acts = { refer: editor.dialogs.refer, link: editor.dialogs.link, picture: (one) => editor.dialogs.picture(one) };
  bar.addEventListener("click", (event) => {
    const name = event.target.closest("[data-tool]")?.dataset.tool;
    if (!name) return;
    bar.querySelectorAll("details[open]").forEach((menu) => { menu.open = false; });
    if (acts[name]) { acts[name](view); return; }
    editor.commands[name](view.state, view.dispatch, view);
    view.focus();
  });
  bar.addEventListener("mousedown", (event) => { if (event.target.closest("button")) event.preventDefault(); });
  bar.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.preventDefault(); view.focus(); return; }
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key], all = stops(), at = all.indexOf(event.target);
    if (by && at > -1) { event.preventDefault(); all[(at + by + all.length) % all.length].focus(); }
  });
  bar.addEventListener("focusin", (event) => stops().forEach((one) => { one.tabIndex = one === event.target ? 0 : -1; }));
  choice.addEventListener("change", () => {
    const [name, level] = choice.value.split(" ");
    editor.setStyle(name, Number(level || 1))(view.state, view.dispatch);
    view.focus();
  });
  function tools() {
    const { selection, storedMarks } = view.state, node = selection.$from.parent;
    const on = new Set((storedMarks || selection.$from.marks()).map((mark) => mark.type.name));
    bar.querySelectorAll("[data-mark]").forEach((button) => button.setAttribute("aria-pressed", String(on.has(button.dataset.tool))));
    bar.querySelector("[data-tool=undo]").setAttribute("aria-disabled", String(!P.undoDepth(view.state)));
    bar.querySelector("[data-tool=redo]").setAttribute("aria-disabled", String(!P.redoDepth(view.state)));
    bar.querySelector("[data-in-table]").hidden = !P.isInTable(view.state);
    if (!node.isTextblock) return;
    const name = editor.styleOf(node), levelled = ["heading", "step", "point"].includes(name) ? `${name} ${editor.levelOf(node)}` : name;
    choice.value = [...choice.options].some((one) => one.value === levelled) ? levelled : "";
  }

  /* A link or the log-out waits until the words are in the draft; where they cannot be, the second press goes. */
  let warned = false;
  async function first(go) {
    const done = await Promise.race([saving.save(), new Promise((over) => { setTimeout(over, 4000); })]);
    if (done || warned) go(); else warned = true;
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || view.dom.contains(link) || event.ctrlKey || event.metaKey || event.shiftKey || link.target || link.getAttribute("href").startsWith("#")) return;
    if (saving.isDirty()) { event.preventDefault(); first(() => { location.href = link.href; }); }
  });
  document.addEventListener("submit", (event) => {
    if (saving.isDirty() && event.target.matches("form[action$='/logout/']")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      first(() => { warned = true; saving.stop(); event.target.requestSubmit(); });
    }
  }, true);
  view.dom.addEventListener("click", (event) => { if (event.target.closest("a")) event.preventDefault(); });

  troubles(values.troubles);
  outline();
  tools();
  place.dataset.ready = "";
})();
