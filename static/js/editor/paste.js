/* What comes from Word or a web page, made into blocks. What is left out is counted, to be shown before it is kept. */
(() => {
  const GONE = { script: "script", "x-style": "look", link: "script", meta: "script", title: "script", noscript: "script", template: "script",
    iframe: "media", object: "media", embed: "media", video: "media", audio: "media", canvas: "media", svg: "picture",
    input: "field", select: "field", textarea: "field", button: "field" };
  const BOLD = /^(bold|bolder|[6-9]00)$/;
  const MARK = { strong: "bold", b: "bold", em: "italic", i: "italic", u: "underline", s: "strike", strike: "strike", sub: "sub", sup: "sup", code: "code", tt: "code", kbd: "code" };
  const BLOCK = /^(p|div|h[1-6]|ul|ol|li|table|blockquote|pre|section|article|header|footer|main|dl|dt|dd|figure|figcaption|body)$/;

  /* A parsed page obeys our policy too, and reports each style and handler: they get other names first. */
  const tame = (html) => html.replace(/<[a-z/][^>]*>/gi, (tag) => tag.replace(/^<(\/?)style\b/i, "<$1x-style")
    .replace(/([\s"'/])style(\s*=)/gi, "$1data-css$2").replace(/([\s"'/])on([a-z]+\s*=)/gi, "$1data-on-$2"));

  /* Return {blocks, dropped: Map of kind to how often, lost: words of tracked deletions}. */
  function clean(html) {
    const page = new DOMParser().parseFromString(tame(html), "text/html");
    const state = { blocks: [], dropped: new Map(), lost: [], runs: null, list: 0 };
    const drop = (kind) => state.dropped.set(kind, (state.dropped.get(kind) || 0) + 1);
    const style = (dom, name) => (dom.getAttribute("data-css") || "").match(new RegExp(`(?:^|;)\\s*${name}\\s*:\\s*([^;]+)`, "i"))?.[1].trim() || "";

    function flush(make = (runs) => ({ kind: "paragraph", runs })) {
      const runs = trimmed(state.runs || []);
      state.runs = null;
      if (runs.length) state.blocks.push(make(runs));
    }
    function look(dom) {
      const css = dom.getAttribute("data-css") || "";
      if (/(^|;)\s*(color|background|font|mso-.*font|text-shadow)/i.test(css) || dom.tagName === "FONT" || dom.hasAttribute("bgcolor")) drop("look");
    }
    function gone(dom) {
      const name = dom.tagName.toLowerCase(), word = dom.className?.toString() || "";
      if (GONE[name]) return GONE[name];
      if (name === "del" || /\bmsoDel\b/i.test(word)) { state.lost.push(dom.textContent.trim()); return "delete"; }
      if (/mso-element:\s*comment|mso-comment/i.test(dom.getAttribute("data-css") || "") || /msocom/i.test(`${word} ${dom.getAttribute("href") || ""} ${dom.id}`)) return "comment";
      if (/mso-element:\s*(footnote|endnote)/i.test(dom.getAttribute("data-css") || "") || /^#_(ftn|edn)/.test(dom.getAttribute("href") || "")) return "footnote";
      if (style(dom, "display") === "none" || style(dom, "mso-hide") || dom.hidden) return "script";
      return name === "img" ? "picture" : "";
    }
    function marksOf(dom, marks) {
      const name = dom.tagName.toLowerCase(), on = new Set(marks), weight = style(dom, "font-weight");
      if (MARK[name] && !(name === "b" && weight === "normal")) on.add(MARK[name]);
      if (BOLD.test(weight)) on.add("bold");
      if (weight === "normal" || weight === "400") on.delete("bold");
      if (style(dom, "font-style") === "italic") on.add("italic");
      if (/underline/.test(style(dom, "text-decoration")) && name !== "a") on.add("underline");
      if (/line-through/.test(style(dom, "text-decoration"))) on.add("strike");
      if (style(dom, "vertical-align") === "super") on.add("sup");
      if (style(dom, "vertical-align") === "sub") on.add("sub");
      if (name === "ins" || /\bmsoIns\b/i.test(dom.className?.toString() || "")) { on.delete("underline"); drop("insert"); }
      return [...on].sort();
    }
    function words(text, marks, link) {
      const shown = text.replace(/[\s\u00a0]+/g, (gap) => gap.includes("\u00a0") && !/[ \n\t]/.test(gap) ? "\u00a0" : " ").replace(/[\u0000\ufffe\uffff]/g, "");
      if (shown) (state.runs ??= []).push({ text: shown, ...(marks.length && { marks }), ...(link && { link }) });
    }
    function inside(dom, marks, link) { dom.childNodes.forEach((child) => walk(child, marks, link)); }

    function walk(dom, marks, link) {
      if (dom.nodeType === Node.TEXT_NODE) { words(dom.data, marks, link); return; }
      if (dom.nodeType !== Node.ELEMENT_NODE) return;
      const name = dom.tagName.toLowerCase(), kind = gone(dom);
      if (kind) { drop(kind); return; }
      if (/mso-list:\s*Ignore/i.test(dom.getAttribute("data-css") || "")) return;
      look(dom);
      if ([...dom.attributes].some((one) => /^data-on-/i.test(one.name))) drop("script");
      if (name === "br") { (state.runs ??= []).push({ text: "\n" }); return; }
      if (name === "table") { flush(); table(dom); return; }
      if (name === "a" && dom.hasAttribute("href")) {
        const href = dom.getAttribute("href");
        if (!editor.ADDRESS.test(href)) drop("link");
        inside(dom, marksOf(dom, marks), editor.ADDRESS.test(href) ? href : "");
        return;
      }
      if (!BLOCK.test(name)) { inside(dom, marksOf(dom, marks), link); return; }
      block(dom, name, marks);
    }
    function block(dom, name, marks) {
      const rank = name.match(/^h([1-6])$/)?.[1] || dom.className?.toString().match(/^MsoHeading([1-6])/)?.[1];
      const word = style(dom, "mso-list").match(/level(\d)/);
      if (name === "ul" || name === "ol") { flush(); list(dom, name === "ol", marks); return; }
      if (rank || word || name === "p" || name === "pre" || name === "blockquote" || name === "dt" || name === "dd" || name === "figcaption") {
        flush();
        inside(dom, rank ? [] : marks, "");
        if (rank) flush((runs) => ({ kind: "heading", level: Number(rank), runs: plain(runs) }));
        else if (word) flush((runs) => item(Number(word[1]) - 1, isCounted(dom), runs));
        else flush((runs) => name === "blockquote" ? { kind: "paragraph", role: "quote", runs } : { kind: "paragraph", runs });
        return;
      }
      flush();
      inside(dom, marks, "");
      flush();
    }
    /* Word writes the printed number into a span of its own, sometimes behind a comment for old browsers. */
    function isCounted(dom) {
      const shown = [...dom.querySelectorAll("span")].find((one) => /mso-list:\s*Ignore/i.test(one.getAttribute("data-css") || ""));
      return /^[\s\u00a0(]*([0-9]+|[a-zA-Z]|[ivxIVX]+)[.)]/.test(shown?.textContent || "");
    }
    const item = (level, counted, runs) => ({ kind: "item", level: Math.max(0, Math.min(level, 8)), counted, list: state.list, runs });
    function list(dom, counted, marks, level = 0) {
      if (!level) state.list += 1;
      for (const child of dom.children) {
        if (/^(ul|ol)$/i.test(child.tagName)) { list(child, child.tagName === "OL", marks, level + 1); continue; }
        if (gone(child)) { drop(gone(child)); continue; }
        look(child);
        for (const part of child.childNodes) {
          if (/^(ul|ol)$/i.test(part.tagName || "")) { flush((runs) => item(level, counted, runs)); list(part, part.tagName === "OL", marks, level + 1); }
          else if (/^(p|div)$/i.test(part.tagName || "")) { flush((runs) => item(level, counted, runs)); inside(part, marks, ""); }
          else walk(part, marks, "");
        }
        flush((runs) => item(level, counted, runs));
      }
    }
    function table(dom) {
      look(dom);
      const rows = [...dom.rows].map((row) => [...row.cells].map((cell) => {
        look(cell);
        const outer = [state.blocks, state.runs];
        [state.blocks, state.runs] = [[], null];
        inside(cell, [], "");
        flush();
        const blocks = state.blocks;
        [state.blocks, state.runs] = outer;
        const colspan = Math.min(cell.colSpan || 1, 1000), rowspan = Math.min(cell.rowSpan || 1, 1000);
        return { head: cell.tagName === "TH", blocks, ...(colspan > 1 && { colspan }), ...(rowspan > 1 && { rowspan }) };
      })).filter((row) => row.length);
      if (!rows.length) return;
      const head = rows.findIndex((row) => !row.every((cell) => cell.head));
      state.blocks.push({ kind: "table", header_rows: head < 0 ? rows.length : head, rows: rows.map((row) => row.map(({ head: _, ...cell }) => cell)) });
    }

    inside(page.body, [], "");
    flush();
    return { blocks: finished(state.blocks), dropped: state.dropped, lost: state.lost.filter(Boolean) };
  }

  const plain = (runs) => runs.map(({ marks, ...run }) => ({ ...run, ...(marks?.some((one) => one !== "bold") && { marks: marks.filter((one) => one !== "bold") }) }));
  /* No space at the ends, one between words, line breaks bare. */
  function trimmed(runs) {
    const out = runs.map((run) => ({ ...run }));
    out.forEach((run, n) => {
      const before = n ? out[n - 1].text : " ";
      if (/[ \n]$/.test(before) || before === "") run.text = run.text.replace(/^ +/, "");
      if (run.text === "\n" && n) out[n - 1].text = out[n - 1].text.replace(/ +$/, "");
    });
    while (out.length && !out.at(-1).text.trim()) out.pop();
    while (out.length && !out[0].text.trim()) out.shift();
    if (out.length) out.at(-1).text = out.at(-1).text.trimEnd();
    return out.filter((run) => run.text);
  }
  /* Give ids, and numbers to the steps: each list that came begins at 1. */
  function finished(blocks) {
    const begun = new Set(), taken = new Set();
    const id = () => { for (;;) { const name = `e${Math.random().toString(16).slice(2, 12)}`; if (!taken.has(name)) { taken.add(name); return name; } } };
    const stamp = id();
    return blocks.map(function one({ counted, list, ...block }) {
      const made = { ...block, id: id() };
      if (counted) {
        const key = `${list} ${block.level}`;
        made.number = { list: `list-${stamp}-${list}`, style: "decimal", pattern: `%${block.level + 1}.`, ...(!begun.has(key) && !block.level && { start: 1 }) };
        begun.add(key);
      }
      if (block.rows) made.rows = block.rows.map((row) => row.map((cell) => ({ ...cell, blocks: cell.blocks.map(one) })));
      return made;
    });
  }
  const fromWords = (text) => finished(text.replace(/\r\n?/g, "\n").replace(/\u0000/g, "").split(/\n\s*\n/).map((part) => part.trim()).filter(Boolean)
    .map((part) => ({ kind: "paragraph", runs: [{ text: part }] })));

  Object.assign(editor, { clean, fromWords });
})();
