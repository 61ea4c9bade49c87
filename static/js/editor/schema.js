/* The text as the editor holds it, and the way from the canonical blocks (sops/blocks.py) to it and back.
   What this schema does not know, a kind or a table that does not close, stands as a box that is kept as it is. */
const editor = {};
(() => {
  const MARKS = ["bold", "code", "italic", "strike", "sub", "sup", "underline"];
  const TAGS = { bold: "strong", code: "code", italic: "em", strike: "s", sub: "sub", sup: "sup", underline: "u" };
  const ADDRESS = /^(https?:\/\/|mailto:)[^\s<>"]+$/;
  const REFERENCE = /^(doc:[A-Za-z0-9._~%-]{1,240}|block:[A-Za-z0-9_-]{1,40})$/;
  const FIELDS = { heading: ["level", "number"], paragraph: ["role"], item: ["level", "number"], footnote: ["label"],
    image: ["digest", "media_type", "alt", "width", "height"] };
  const say = (word) => editor.values?.words[word] ?? word;

  const attrs = (...names) => Object.fromEntries(["id", "extra", ...names].map((name) => [name, { default: name === "id" ? "" : null }]));
  const data = (node) => ({ "data-kind": node.type.name, "data-attrs": JSON.stringify(node.attrs) });
  const back = (kind) => ({ tag: `[data-kind=${kind}]`, getAttrs: (dom) => { try { return JSON.parse(dom.dataset.attrs); } catch { return null; } } });
  const text = (names, dom) => (kind) => ({ group: "block", content: "inline*", attrs: attrs(...names), parseDOM: [back(kind)], toDOM: dom, defining: true });

  function paragraph(node) {
    const role = node.attrs.role || "";
    if (role !== "warning" && role !== "note") return [role === "quote" ? "blockquote" : "p", { class: role, ...data(node) }, 0];
    const tone = role === "warning" ? "in-note note-warn" : "in-note note-go";
    return ["p", { class: tone, role: "note", "aria-label": say(role), "data-word": say(role), ...data(node) }, 0];
  }
  const heading = (node) => [`h${Math.min(node.attrs.level + 1, 6)}`, data(node), 0];
  const item = (node) => ["p", { class: `in-item level-${node.attrs.level}${node.attrs.number ? "" : " in-point"}`, ...data(node) }, 0];
  const footnote = (node) => ["p", { class: "footnote", "data-label": node.attrs.label, ...data(node) }, 0];

  function image(node) {
    const { digest, alt, width, height } = node.attrs;
    const src = editor.fresh?.get(digest) || `${editor.values?.addresses.pictures || ""}${digest}/`;
    return ["figure", data(node), ["img", { src, alt: alt || say("no_alt"), width, height }], ["figcaption", { class: "muted small" }, alt || say("no_alt")]];
  }
  const opaque = (node) => ["div", { class: "in-opaque", ...data(node) }, ["b", editor.wordsOf(node.attrs.block)], ["span", { class: "muted small" }, say("kept_as_is")]];

  function reference(node) {
    const title = node.attrs.link.startsWith("doc:") ? editor.values?.titles[decodeURIComponent(node.attrs.link.slice(4))] : "";
    return ["span", { class: "in-ref", "data-ref": node.attrs.link, "data-words": node.attrs.text }, title ? `${node.attrs.text} ${title}` : node.attrs.text];
  }

  const tables = ProseMirror.tableNodes({ tableGroup: "block", cellContent: "block+", cellAttributes: { extra: { default: null } } });
  tables.table = { ...tables.table, attrs: attrs(), toDOM: (node) => ["table", { class: "tbl tbl-doc", ...data(node) }, ["tbody", 0]],
    parseDOM: [back("table")] };

  const schema = new ProseMirror.Schema({
    nodes: {
      doc: { content: "block+" },
      paragraph: { ...text(["role"], paragraph)("paragraph"), attrs: { ...attrs("role"), filler: { default: false } } },
      heading: text(["level", "number"], heading)("heading"),
      item: text(["level", "number"], item)("item"),
      footnote: text(["label"], footnote)("footnote"),
      image: { group: "block", atom: true, attrs: attrs(...FIELDS.image), parseDOM: [back("image")], toDOM: image },
      opaque: { group: "block", atom: true, attrs: attrs("block"), toDOM: opaque },
      ...tables,
      text: { group: "inline" },
      hard_break: { group: "inline", inline: true, selectable: false, parseDOM: [{ tag: "br" }], toDOM: () => ["br"] },
      reference: { group: "inline", inline: true, atom: true, attrs: { link: {}, text: {} }, toDOM: reference,
        parseDOM: [{ tag: "[data-ref]", getAttrs: (dom) => REFERENCE.test(dom.dataset.ref) && { link: dom.dataset.ref, text: dom.dataset.words } }] },
    },
    marks: {
      ...Object.fromEntries(MARKS.map((name) => [name, { parseDOM: [{ tag: TAGS[name] }], toDOM: () => [TAGS[name], 0] }])),
      link: { attrs: { href: {} }, inclusive: false, toDOM: (mark) => ["a", { href: mark.attrs.href, rel: "noopener noreferrer" }, 0],
        parseDOM: [{ tag: "a[href]", getAttrs: (dom) => ADDRESS.test(dom.getAttribute("href")) && { href: dom.getAttribute("href") } }] },
    },
  });

  /* From blocks */
  function inline(run) {
    const marks = (run.marks || []).map((name) => schema.mark(name));
    if (REFERENCE.test(run.link || "")) return [schema.node("reference", { link: run.link, text: run.text }, null, marks)];
    if (run.link) marks.push(schema.mark("link", { href: run.link }));
    return run.text.split("\n").flatMap((line, n) => [
      ...(n ? [schema.node("hard_break", null, null, marks)] : []), ...(line ? [schema.text(line, marks)] : []),
    ]);
  }
  const rest = (block, known) => {
    const extra = Object.fromEntries(Object.entries(block).filter(([name]) => !known.includes(name)));
    return Object.keys(extra).length ? extra : null;
  };
  function table(block) {
    const rows = block.rows.map((row, r) => schema.node("table_row", null, row.map((cell) => {
      const own = { colspan: cell.colspan || 1, rowspan: cell.rowspan || 1, extra: rest(cell, ["blocks", "colspan", "rowspan"]) };
      const inside = cell.blocks.length ? cell.blocks.map(node) : [schema.node("paragraph", { filler: true })];
      return schema.node(r < block.header_rows ? "table_header" : "table_cell", own, inside);
    })));
    const made = schema.node("table", { id: block.id, extra: rest(block, ["id", "kind", "rows", "header_rows"]) }, rows);
    made.check();
    if (ProseMirror.TableMap.get(made).problems) throw new Error("a table that does not close");
    if (headerRows(made) !== block.header_rows) throw new Error("more rows of a head than rows");
    return made;
  }
  function node(block) {
    try {
      if (block.kind === "table") return table(block);
      const fields = FIELDS[block.kind];
      const own = Object.fromEntries(fields.filter((name) => name in block).map((name) => [name, block[name]]));
      const extra = rest(block, ["id", "kind", "runs", ...fields]);
      return schema.node(block.kind, { id: block.id, extra, ...own }, block.runs?.flatMap(inline));
    } catch {
      return schema.node("opaque", { id: block.id, block });
    }
  }
  const fromBlocks = (blocks) => schema.node("doc", null, blocks.length ? blocks.map(node) : [schema.node("paragraph")]);

  /* To blocks */
  function runs(parent) {
    const out = [];
    parent.forEach((child) => {
      const words = child.isText ? child.text : child.type.name === "hard_break" ? "\n" : child.attrs.text;
      const marks = MARKS.filter((name) => child.marks.some((mark) => mark.type.name === name));
      const link = child.attrs.link || child.marks.find((mark) => mark.type.name === "link")?.attrs.href;
      const run = { text: words, ...(marks.length && { marks }), ...(link && { link }) };
      const last = out.at(-1);
      if (last && JSON.stringify({ ...last, text: "" }) === JSON.stringify({ ...run, text: "" })) last.text += words;
      else out.push(run);
    });
    return out;
  }
  function headerRows(made) {
    let count = 0;
    for (let r = 0; r < made.childCount; r++) {
      const row = made.child(r);
      let head = row.childCount > 0;
      row.forEach((cell) => { head &&= cell.type.name === "table_header"; });
      if (!head) break;
      count += 1;
    }
    return count;
  }
  function cell(made) {
    const { colspan, rowspan, extra } = made.attrs, blocks = [];
    made.forEach((child) => { if (!(child.attrs.filler && !child.content.size)) blocks.push(toBlock(child)); });
    return { blocks, ...(colspan > 1 && { colspan }), ...(rowspan > 1 && { rowspan }), ...extra };
  }
  function toBlock(made) {
    const { id, extra } = made.attrs, kind = made.type.name;
    if (kind === "opaque") return { ...made.attrs.block, id };
    if (kind === "table") {
      const rows = made.content.content.map((row) => row.content.content.map(cell));
      return { id, kind, header_rows: headerRows(made), rows, ...extra };
    }
    const own = Object.fromEntries(FIELDS[kind].map((name) => [name, made.attrs[name]]).filter(([, value]) => value !== null && value !== ""));
    if (kind === "image") own.alt = made.attrs.alt || "";
    if (kind === "footnote") own.label = made.attrs.label || "";
    return { id, kind, ...own, ...(made.isTextblock && { runs: runs(made) }), ...extra };
  }

  /* What was not touched goes back as it came, to the letter: `came` are the blocks that the editor was given. */
  function memory(came) {
    const known = new Map(came.map((block) => [block.id, { now: JSON.stringify(toBlock(node(block))), block }]));
    return (doc) => {
      const out = doc.content.content.map((child) => {
        const made = toBlock(child), was = known.get(made.id);
        return was && was.now === JSON.stringify(made) ? was.block : made;
      });
      const bare = out.length === 1 && out[0].kind === "paragraph" && !out[0].runs.length && !known.has(out[0].id);
      return bare ? [] : out;
    };
  }

  const linkTo = (number) => `doc:${encodeURIComponent(number).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)}`;
  const wordsOf = (block) => {
    if (block.runs) return block.runs.map((run) => run.text).join("");
    return (block.rows || []).map((row) => row.map((one) => one.blocks.map(wordsOf).join(" ")).join(" | ")).join("\n") || block.alt || block.kind;
  };
  Object.assign(editor, { schema, fromBlocks, toBlock, node, memory, say, wordsOf, linkTo, headerRows, ADDRESS, REFERENCE, fresh: new Map() });
})();
