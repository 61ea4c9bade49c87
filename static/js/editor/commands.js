/* What one can do to the text: styles, levels, emphasis, tables, moving a passage; and the keys for it. */
(() => {
  const P = ProseMirror, { schema } = editor, { nodes, marks } = schema;

  /* Numbers like those of the neighbours, as sops/styles.py gives them. */
  function numberFor(doc, at, kind, level, id) {
    const all = [];
    doc.forEach((node, place) => all.push([place, node]));
    const short = ({ list, style, pattern }) => ({ list, style, pattern });
    const pick = (others, pattern) => {
      const same = others.find((node) => node.attrs.level === level);
      return same ? short(same.attrs.number) : { list: others[0].attrs.number.list, style: "decimal", pattern };
    };
    if (kind === "heading") {
      const others = all.map(([, node]) => node).filter((node) => node.type === nodes.heading && node.attrs.number && node.attrs.id !== id);
      return others.length ? pick(others, Array.from({ length: level }, (_, n) => `%${n + 1}`).join(".")) : null;
    }
    const near = [], here = all.findIndex(([place]) => place >= at);
    for (const side of [all.slice(0, here < 0 ? all.length : here).reverse(), all.slice(here < 0 ? all.length : here)]) {
      for (const [, node] of side) {
        if (node.type === nodes.heading) break;
        if (node.type === nodes.item && node.attrs.number && node.attrs.id !== id) near.push(node);
      }
    }
    return near.length ? pick(near, `%${level + 1}.`) : { list: `list-${id}`, style: "decimal", pattern: `%${level + 1}.`, start: 1 };
  }

  const textblocks = (state) => {
    const found = [];
    state.selection.ranges.forEach(({ $from, $to }) => state.doc.nodesBetween($from.pos, $to.pos, (node, at) => {
      if (node.isTextblock && node.type !== nodes.footnote) found.push([at, node]);
    }));
    return found;
  };
  const levelOf = (node) => node.type === nodes.heading ? node.attrs.level : node.type === nodes.item ? node.attrs.level + 1 : 1;
  function styleOf(node) {
    if (node.type === nodes.heading) return "heading";
    if (node.type === nodes.item) return node.attrs.number ? "step" : "point";
    return node.attrs.role || "paragraph";
  }
  /* `level` counts from 1. */
  const setStyle = (style, level = 1) => (state, dispatch) => {
    const found = textblocks(state), tr = state.tr;
    if (!found.length) return false;
    for (const [at, node] of found) {
      const id = node.attrs.id, { extra } = node.attrs;
      if (style === "heading") tr.setNodeMarkup(at, nodes.heading, { id, extra, level, number: numberFor(tr.doc, at, "heading", level, id) });
      else if (style === "step" || style === "point") {
        const number = style === "step" ? numberFor(tr.doc, at, "item", level - 1, id) : null;
        tr.setNodeMarkup(at, nodes.item, { id, extra, level: level - 1, number });
      } else tr.setNodeMarkup(at, nodes.paragraph, { id, extra, role: style === "paragraph" ? null : style });
    }
    dispatch?.(tr.scrollIntoView());
    return true;
  };
  const shift = (by) => (state, dispatch) => {
    const found = textblocks(state).filter(([, node]) => node.type === nodes.item || node.type === nodes.heading);
    if (!found.length) return false;
    const tr = state.tr;
    for (const [at, node] of found) {
      const isItem = node.type === nodes.item, level = node.attrs.level + by;
      if (level < (isItem ? 0 : 1) || level > (isItem ? 8 : 6)) continue;
      const number = node.attrs.number && numberFor(tr.doc, at, node.type.name, level, node.attrs.id);
      tr.setNodeMarkup(at, null, { ...node.attrs, level, number });
    }
    dispatch?.(tr);
    return true;
  };

  /* Enter in a step makes the next one; in an empty step it ends the list. */
  const enter = (state, dispatch) => {
    const { $from, empty } = state.selection, node = $from.parent;
    if (node.type !== nodes.item) return false;
    if (!node.content.size) return (node.attrs.level ? shift(-1) : setStyle("paragraph"))(state, dispatch);
    const tr = empty ? state.tr : state.tr.deleteSelection();
    const at = tr.selection.$from;
    if (at.parent.type !== nodes.item) return false;
    dispatch?.(tr.split(at.pos, 1, [{ type: nodes.item, attrs: { ...at.parent.attrs } }]).scrollIntoView());
    return true;
  };
  const backspace = (state, dispatch) => {
    const { $from, empty } = state.selection, node = $from.parent;
    if (!empty || $from.parentOffset || !node.isTextblock || styleOf(node) === "paragraph" || node.type === nodes.footnote) return false;
    return (node.type === nodes.item && node.attrs.level ? shift(-1) : setStyle("paragraph"))(state, dispatch);
  };
  const lineBreak = (state, dispatch) => {
    dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
    return true;
  };
  /* Move the passage with the cursor up (-1) or down (1) past its neighbour. */
  const move = (by) => (state, dispatch) => {
    const { $from } = state.selection, n = $from.index(0), to = n + by, doc = state.doc;
    if (to < 0 || to >= doc.childCount) return false;
    const first = Math.min(n, to), start = doc.content.content.slice(0, first).reduce((sum, node) => sum + node.nodeSize, 0);
    const one = doc.child(first), two = doc.child(first + 1);
    const tr = state.tr.replaceWith(start, start + one.nodeSize + two.nodeSize, [two, one]);
    const moved = by < 0 ? -one.nodeSize : two.nodeSize;
    const where = Math.max(1, Math.min(state.selection.from + moved, tr.doc.content.size));
    dispatch?.(tr.setSelection(P.Selection.near(tr.doc.resolve(where))).scrollIntoView());
    return true;
  };

  /* Put a block after the passage with the cursor, or in place of an empty paragraph. */
  const insertBlock = (node) => (state, dispatch) => {
    const { $from } = state.selection;
    if ($from.depth && !$from.parent.content.size && $from.parent.type === nodes.paragraph && $from.depth === 1) {
      dispatch?.(state.tr.replaceWith($from.before(1), $from.after(1), node).scrollIntoView());
      return true;
    }
    const at = $from.depth ? $from.after(1) : state.selection.to;
    dispatch?.(state.tr.insert(at, node).scrollIntoView());
    return true;
  };
  function insertTable(state, dispatch) {
    const row = (kind) => nodes.table_row.create(null, [0, 1, 2].map(() => nodes[kind].create(null, nodes.paragraph.create())));
    const table = nodes.table.create(null, [row("table_header"), row("table_cell"), row("table_cell")]);
    return insertBlock(table)(state, dispatch && ((tr) => {
      let inside = 0;
      tr.doc.descendants((node, at) => { if (node === table) inside = at; });
      dispatch(tr.setSelection(P.TextSelection.near(tr.doc.resolve(inside + 4))));
    }));
  }
  /* The first row of a table becomes its head, or an ordinary row. */
  function toggleHead(state, dispatch) {
    const { $from } = state.selection;
    for (let depth = $from.depth; depth > 0; depth--) {
      const table = $from.node(depth);
      if (table.type !== nodes.table) continue;
      const count = editor.headerRows(table), at = $from.before(depth) + 1, tr = state.tr;
      const kind = count ? nodes.table_cell : nodes.table_header;
      let place = at;
      for (let r = 0; r < Math.max(count, 1); r++) {
        table.child(r).forEach((cell, offset) => tr.setNodeMarkup(place + 1 + offset, kind, cell.attrs));
        place += table.child(r).nodeSize;
      }
      dispatch?.(tr);
      return true;
    }
    return false;
  }

  const commands = {
    undo: P.undo, redo: P.redo, in: shift(1), out: shift(-1), up: move(-1), down: move(1), table: insertTable, head: toggleHead,
    "row-before": P.addRowBefore, "row-after": P.addRowAfter, "row-remove": P.deleteRow, "column-before": P.addColumnBefore,
    "column-after": P.addColumnAfter, "column-remove": P.deleteColumn, "table-remove": P.deleteTable,
    ...Object.fromEntries(Object.entries(marks).filter(([name]) => name !== "link").map(([name, type]) => [name, P.toggleMark(type)])),
  };
  const keys = P.keymap({
    "Mod-z": P.undo, "Mod-y": P.redo, "Mod-Shift-z": P.redo, "Mod-b": commands.bold, "Mod-i": commands.italic, "Mod-u": commands.underline,
    "Mod-,": commands.sub, "Mod-.": commands.sup,
    "Mod-Shift-0": setStyle("paragraph"), "Mod-Shift-1": setStyle("heading", 1), "Mod-Shift-2": setStyle("heading", 2),
    "Mod-Shift-3": setStyle("heading", 3), "Mod-Shift-6": setStyle("warning"), "Mod-Shift-7": setStyle("step"),
    "Mod-Shift-8": setStyle("point"), "Mod-Shift-9": setStyle("note"),
    "Alt-Shift-ArrowRight": shift(1), "Alt-Shift-ArrowLeft": shift(-1), "Alt-Shift-ArrowUp": move(-1), "Alt-Shift-ArrowDown": move(1),
    Enter: enter, Backspace: backspace, "Shift-Enter": lineBreak,
  });
  const typed = P.inputRules({ rules: [
    rule(/^1[.)]\s$/, "step"), rule(/^[-*]\s$/, "point"), rule(/^#\s$/, "heading", 1), rule(/^##\s$/, "heading", 2),
  ] });
  function rule(pattern, style, level = 1) {
    return new P.InputRule(pattern, (state, _match, start, end) => {
      if (styleOf(state.selection.$from.parent) !== "paragraph") return null;
      let made = null;
      const without = state.apply(state.tr.delete(start, end));
      setStyle(style, level)(without, (tr) => { made = tr; });
      if (!made) return null;
      const tr = state.tr.delete(start, end);
      made.steps.forEach((step) => tr.step(step));
      return tr;
    });
  }
  editor.plugins.push(typed, keys, P.keymap(P.baseKeymap), P.gapCursor(), P.tableEditing({ allowTableNodeSelection: true }), P.history());
  Object.assign(editor, { commands, setStyle, styleOf, levelOf, insertBlock });
})();
