/* Printed numbers, computed from the order of the blocks as sops/blocks.py does; ids that no two passages share. */
(() => {
  const ROMAN = [[1000, "m"], [900, "cm"], [500, "d"], [400, "cd"], [100, "c"], [90, "xc"], [50, "l"], [40, "xl"], [10, "x"], [9, "ix"], [5, "v"], [4, "iv"], [1, "i"]];
  function roman(value) {
    let out = "";
    for (const [number, letters] of ROMAN) for (; value >= number; value -= number) out += letters;
    return out;
  }
  function styled(value, style) {
    if (style === "none") return "";
    if (style === "decimal-zero") return String(value).padStart(2, "0");
    if (value > 3999 || style === "decimal") return String(value);
    const letter = () => String.fromCharCode(97 + (value - 1) % 26).repeat(Math.floor((value - 1) / 26) + 1);
    const made = style.endsWith("alpha") ? letter() : roman(value);
    return style.startsWith("upper") ? made.toUpperCase() : made;
  }
  /* Return [[position, node, printed number]] of everything that has a number, in reading order. */
  function numbered(doc) {
    const lists = {}, out = [];
    doc.descendants((node, at) => {
      const number = node.attrs.number;
      if (!number) return;
      const list = lists[number.list] ??= { counts: Array(9).fill(0), styles: Array(9).fill("decimal") };
      const level = node.attrs.level - (node.type.name === "heading" ? 1 : 0);
      list.counts[level] = "start" in number ? number.start : list.counts[level] + 1;
      list.counts.fill(0, level + 1);
      list.styles[level] = number.style;
      out.push([at, node, number.pattern.replace(/%([1-9])/g, (_, n) => styled(Math.max(list.counts[n - 1], 1), list.styles[n - 1]))]);
    });
    return out;
  }
  const labels = new ProseMirror.Plugin({
    state: {
      init: (_, state) => shown(state.doc),
      apply: (tr, kept) => tr.docChanged ? shown(tr.doc) : kept,
    },
    props: { decorations(state) { return this.getState(state); } },
  });
  function shown(doc) {
    return ProseMirror.DecorationSet.create(doc, numbered(doc).map(([at, node, label]) =>
      ProseMirror.Decoration.node(at, at + node.nodeSize, { "data-no": label })));
  }

  function freshId(taken) {
    for (;;) {
      const name = `e${[...crypto.getRandomValues(new Uint8Array(5))].map((n) => n.toString(16).padStart(2, "0")).join("")}`;
      if (!taken.has(name)) { taken.add(name); return name; }
    }
  }
  /* Of two passages with one id, that with words keeps it: comments and redline hang on it. The first one begins the
     numbers of the list, if one of them does. */
  const ids = new ProseMirror.Plugin({
    appendTransaction(transactions, _before, state) {
      if (!transactions.some((tr) => tr.docChanged)) return null;
      const places = new Map();
      state.doc.descendants((node, at) => {
        if ("id" in node.attrs) places.set(node.attrs.id, [...(places.get(node.attrs.id) || []), [at, node]]);
      });
      const tr = state.tr, taken = new Set(places.keys());
      for (const [id, same] of places) {
        if (id && same.length === 1) continue;
        const keeps = id ? same.find(([, node]) => node.content.size) || same[0] : null;
        same.forEach((one, n) => {
          const [at, node] = one, number = node.attrs.number;
          if (n && number && "start" in number) tr.setNodeAttribute(at, "number", (({ start, ...others }) => others)(number));
          if (one !== keeps) tr.setNodeAttribute(at, "id", freshId(taken));
        });
      }
      return tr.docChanged ? tr : null;
    },
    props: {
      /* What is pasted keeps its id only where no passage here has it: cut and paste moves, copy and paste copies. */
      transformPasted(slice, view) {
        const here = new Set();
        view.state.doc.descendants((node) => { if (node.attrs.id) here.add(node.attrs.id); });
        const fresh = (content) => ProseMirror.Fragment.fromArray(content.content.map((node) => {
          const made = node.isText ? node : node.copy(fresh(node.content));
          return here.has(made.attrs.id) ? made.type.create({ ...made.attrs, id: "" }, made.content, made.marks) : made;
        }));
        return new ProseMirror.Slice(fresh(slice.content), slice.openStart, slice.openEnd);
      },
    },
  });
  Object.assign(editor, { numbered, plugins: [labels, ids] });
})();
