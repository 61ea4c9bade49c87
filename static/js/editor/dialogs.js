/* The small pages over the text: a reference, a link, a picture, what was pasted. Each gives the cursor back. */
(() => {
  const find = (selector) => document.querySelector(selector);
  const token = () => find("[name=csrfmiddlewaretoken]").value;

  function open(dialog, view) {
    dialog.showModal();
    dialog.addEventListener("close", () => view.focus(), { once: true });
  }
  document.querySelectorAll("[data-editor-dialog] [data-close]").forEach((button) => {
    button.addEventListener("click", () => button.closest("dialog").close());
  });
  const insert = (view, node) => view.dispatch(view.state.tr.replaceSelectionWith(node, false).scrollIntoView());

  /* Reference: the documents that the server finds, and the headings of this text. */
  function refer(view) {
    const dialog = find("#refer"), field = dialog.querySelector("input"), list = dialog.querySelector("[data-found]"), said = dialog.querySelector("[data-said]");
    let asked = 0;
    function offer(entries) {
      const was = list.contains(document.activeElement);
      list.replaceChildren(...entries.map(({ link, words, shown }) => {
        const li = document.createElement("li"), button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-sm in-found";
        button.append(...shown);
        button.addEventListener("click", () => {
          dialog.close();
          insert(view, editor.schema.node("reference", { link, text: words }));
          editor.changedTitles?.();
        });
        li.append(button);
        return li;
      }));
      said.textContent = entries.length ? "" : editor.say("nothing_found");
      if (was) (list.querySelector("button") || field).focus();
    }
    const bold = (words) => Object.assign(document.createElement("b"), { textContent: words });
    async function ask() {
      list.ariaBusy = "true";
      const mine = asked += 1, query = field.value.trim(), low = query.toLowerCase();
      const numbers = new Map(editor.numbered(view.state.doc).map(([, node, label]) => [node.attrs.id, label]));
      const here = [];
      view.state.doc.forEach((node) => {
        const words = [numbers.get(node.attrs.id), node.textContent].filter(Boolean).join(" ");
        const isPlace = node.type.name === "heading" || (node.type.name === "item" && node.attrs.number);
        if (isPlace && node.textContent && (query ? words.toLowerCase().includes(low) : node.type.name === "heading")) {
          here.push({ link: `block:${node.attrs.id}`, words: words.slice(0, 78), shown: [bold(`§ ${words.slice(0, 78)}`)] });
        }
      });
      let found = [];
      try {
        const answer = await fetch(`${editor.values.addresses.refer}?q=${encodeURIComponent(query)}`, { headers: { "HX-Request": "true" } });
        if (answer.ok) found = (await answer.json()).found;
      } catch { said.textContent = messages().dataset.offline; }
      if (mine !== asked) return;
      list.ariaBusy = "false";
      found.forEach((one) => { editor.values.titles[one.number] = one.title; });
      offer([...found.map((one) => ({ link: editor.linkTo(one.number),
        words: one.number, shown: [bold(one.number), ` ${one.title} · ${one.status}`] })), ...here.slice(0, 12)]);
    }
    field.oninput = ask;
    field.value = "";
    open(dialog, view);
    ask();
    field.focus();
  }
  /* Arrow keys walk through what is found; Enter in the field takes the first. */
  find("#refer")?.addEventListener("keydown", (event) => {
    const stops = [find("#refer input"), ...document.querySelectorAll("#refer [data-found] button")], at = stops.indexOf(document.activeElement);
    if (event.key === "Enter" && at === 0) { event.preventDefault(); stops[1]?.click(); }
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    if (at > -1 && stops[to]) { event.preventDefault(); stops[to].focus(); }
  });

  function link(view) {
    const { from, to, empty } = view.state.selection, type = editor.schema.marks.link;
    const dialog = find("#link"), [address, words] = dialog.querySelectorAll("input"), wrong = dialog.querySelector("[data-said]");
    const now = view.state.selection.$from.marks().find((mark) => mark.type === type) || view.state.doc.nodeAt(from)?.marks.find((mark) => mark.type === type);
    address.value = now?.attrs.href || "";
    words.value = view.state.doc.textBetween(from, to, " ");
    words.closest(".field").hidden = !empty;
    wrong.textContent = "";
    dialog.querySelector("form").onsubmit = (event) => {
      event.preventDefault();
      const href = address.value.trim();
      if (href && !editor.ADDRESS.test(href)) { wrong.textContent = editor.say("address"); address.focus(); return; }
      const tr = view.state.tr;
      if (!href) tr.removeMark(from, to, type);
      else if (empty) tr.replaceSelectionWith(editor.schema.text(words.value.trim() || href, [type.create({ href })]), false);
      else tr.removeMark(from, to, type).addMark(from, to, type.create({ href }));
      dialog.close();
      view.dispatch(tr);
    };
    open(dialog, view);
  }

  /* Picture: checked by the server, then described; a selected picture is described anew. */
  function picture(view, file) {
    const dialog = find("#picture"), [chosen, alt] = dialog.querySelectorAll("input"), wrong = dialog.querySelector("[data-said]");
    const selected = view.state.selection.node?.type.name === "image" ? view.state.selection : null;
    chosen.value = wrong.textContent = "";
    alt.value = selected?.node.attrs.alt || "";
    chosen.closest(".field").hidden = Boolean(file || selected);
    dialog.querySelector("form").onsubmit = async (event) => {
      event.preventDefault();
      if (selected) {
        dialog.close();
        view.dispatch(view.state.tr.setNodeAttribute(selected.from, "alt", alt.value.trim()));
        return;
      }
      const data = file || chosen.files[0];
      if (!data) { wrong.textContent = dialog.dataset.choose; return; }
      const button = dialog.querySelector("button:not([type=button])");
      button.disabled = true;
      try {
        const kept = await upload(data);
        dialog.close();
        const node = editor.schema.node("image", { ...kept, alt: alt.value.trim() });
        editor.insertBlock(node)(view.state, view.dispatch);
      } catch (problem) { wrong.textContent = problem.message || messages().dataset.offline; } finally { button.disabled = false; }
    };
    open(dialog, view);
  }
  async function upload(file) {
    const form = new FormData();
    form.append("picture", file);
    let answer;
    try {
      answer = await fetch(editor.values.addresses["add-picture"], { method: "POST", body: form, headers: { "X-CSRFToken": token(), "HX-Request": "true" } });
    } catch { throw new Error(messages().dataset.offline); }
    if (!answer.ok) throw new Error((answer.headers.get("Content-Type") || "").startsWith("text/plain") ? await answer.text() : messages().dataset.failed);
    const kept = await answer.json();
    editor.fresh.set(kept.digest, await new Promise((done) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result);
      reader.readAsDataURL(file);
    }));
    return kept;
  }

  /* What was pasted, cleaned and shown, with what was left out. */
  function pasted(view, html, words) {
    const found = editor.clean(html), dialog = find("#pasted");
    if (!found.blocks.length) { if (words.trim()) view.dispatch(view.state.tr.insertText(words)); return; }
    const left = [...found.dropped].map(([kind, count]) => {
      const li = document.createElement("li");
      const more = kind === "delete" && found.lost.length ? `: “${found.lost.join("”, “").slice(0, 300)}”` : "";
      li.textContent = `${editor.values.dropped[kind]} (${count})${more}`;
      return li;
    });
    dialog.querySelector("[data-left]").replaceChildren(...left);
    dialog.querySelector("[data-left-out]").hidden = !left.length;
    dialog.querySelector("[data-left-none]").hidden = Boolean(left.length);
    const doc = editor.fromBlocks(found.blocks), made = ProseMirror.DOMSerializer.fromSchema(editor.schema).serializeFragment(doc.content);
    dialog.querySelector("[data-shown]").replaceChildren(made);
    const kinds = [...dialog.querySelectorAll("[data-shown] [data-kind]")];
    for (const [, node, label] of editor.numbered(doc)) kinds.find((one) => JSON.parse(one.dataset.attrs).id === node.attrs.id)?.setAttribute("data-no", label);
    const keep = (blocks) => {
      dialog.close();
      const content = editor.fromBlocks(blocks).content, only = content.childCount === 1 && content.firstChild.type.name === "paragraph" && !content.firstChild.attrs.role;
      const slice = only ? new ProseMirror.Slice(content, 1, 1) : new ProseMirror.Slice(content, 0, 0);
      view.dispatch(view.state.tr.replaceSelection(slice).scrollIntoView().setMeta("paste", true));
    };
    dialog.querySelector("[data-keep]").onclick = () => keep(found.blocks);
    dialog.querySelector("[data-words]").onclick = () => keep(editor.fromWords(words || found.blocks.map(editor.wordsOf).join("\n\n")));
    open(dialog, view);
    dialog.querySelector("[data-keep]").focus();
  }

  Object.assign(editor, { dialogs: { refer, link, picture, pasted } });
})();
