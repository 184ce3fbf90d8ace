// A text box for JSON: numbers beside its lines, marks where something is wrong, and keys. Without it the box is a box.
(() => {
  "use strict";

  const pairs = { "{": "}", "[": "]" };

  // Where a bracket's other half is; -1 when there is none. Brackets inside of strings are text.
  const otherHalf = (text, at) => {
    const stack = [];
    let isInString = false;
    for (let i = 0; i < text.length; i += 1) {
      const sign = text[i];
      if (isInString) {
        if (sign === "\\") i += 1;
        else if (sign === '"' || sign === "\n") isInString = false;
        continue;
      }
      if (sign === '"') isInString = true;
      else if (sign in pairs) stack.push(i);
      else if (sign === "}" || sign === "]") {
        const opener = stack.pop();
        if (opener === undefined) return -1;
        if (opener === at) return i;
        if (i === at) return pairs[text[opener]] === sign ? opener : -1;
      }
    }
    return -1;
  };

  const lineOf = (text, at) => text.slice(0, at).split("\n").length;

  // The place of a column that is counted in bytes of UTF-8.
  const placeOf = (text, line, column) => {
    let start = 0;
    for (let i = 1; i < line; i += 1) {
      const end = text.indexOf("\n", start);
      if (end < 0) return text.length;
      start = end + 1;
    }
    let bytes = column - 1;
    let at = start;
    while (at < text.length && text[at] !== "\n" && bytes > 0) {
      const code = text.codePointAt(at);
      bytes -= code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      at += code < 0x10000 ? 1 : 2;
    }
    return at;
  };

  // Longer texts are edited without marks: each key would look through all of it.
  const most = 400_000;

  const equip = (box) => {
    const first = Number(box.dataset.line) || 1;
    // What is wrong stands beside the box, with its line and column in the file.
    const errors = [...document.querySelectorAll("#errors [data-at]")]
      .map((cell) => cell.dataset.at.split(":").map(Number))
      .map(([line, column]) => ({ line: line - first + 1, column, shown: line }))
      .filter((error) => error.line > 0);
    const wrong = new Set(errors.map((error) => error.line));

    const frame = document.createElement("div");
    frame.className = "numbered";
    const gutter = document.createElement("div");
    gutter.className = "gutter";
    gutter.setAttribute("aria-hidden", "true");
    const said = document.createElement("output");
    said.className = "said";
    box.replaceWith(frame);
    frame.append(gutter, box, said);

    let count = 0;
    const number = () => {
      const lines = box.value.split("\n").length;
      if (lines === count) return;
      count = lines;
      const rows = [];
      for (let i = 1; i <= lines; i += 1) {
        const row = document.createElement("div");
        row.textContent = String(first + i - 1);
        if (wrong.has(i)) row.className = "wrong";
        rows.push(row);
      }
      gutter.replaceChildren(...rows);
      follow();
    };
    const follow = () => { gutter.scrollTop = box.scrollTop; };

    const match = () => {
      said.textContent = "";
      const text = box.value;
      if (text.length > most || box.selectionStart !== box.selectionEnd || document.activeElement !== box) return;
      const caret = box.selectionStart;
      const at = [caret - 1, caret].find((place) => "{}[]".includes(text[place] ?? " "));
      if (at === undefined) return;
      const other = otherHalf(text, at);
      if (other < 0) {
        said.textContent = `“${text[at]}” has no other half`;
        return;
      }
      const line = first + lineOf(text, other) - 1;
      said.textContent = other < at ? `“${text[at]}” closes line ${line}` : `“${text[at]}” is closed in line ${line}`;
    };

    let next = -1;
    const lead = (step) => {
      if (errors.length === 0) {
        said.textContent = "No errors";
        return;
      }
      next = (next + step + errors.length) % errors.length;
      const error = errors[next];
      const at = placeOf(box.value, error.line, error.column);
      box.focus();
      box.setSelectionRange(at, at);
      const height = Number.parseFloat(getComputedStyle(box).lineHeight) || 20;
      box.scrollTop = Math.max(0, (error.line - 4) * height);
      follow();
      said.textContent = `Error ${next + 1} of ${errors.length}, line ${error.shown}`;
    };

    box.addEventListener("input", number);
    box.addEventListener("scroll", follow);
    document.addEventListener("selectionchange", match);
    new ResizeObserver(() => { gutter.style.height = `${box.offsetHeight}px`; }).observe(box);
    document.addEventListener("keydown", (event) => {
      if (event.key === "F8") {
        event.preventDefault();
        lead(event.shiftKey ? -1 : 1);
      } else if ((event.ctrlKey || event.metaKey) && (event.key === "s" || event.key === "Enter")) {
        const name = event.key === "s" ? "check" : "keep";
        const button = [...box.form.querySelectorAll(`button[name="do"][value="${name}"]`)].at(-1);
        if (button === undefined) return;
        event.preventDefault();
        box.form.requestSubmit(button);
      }
    });
    number();
  };

  document.querySelectorAll("textarea[data-line]").forEach(equip);

  // A button that adds a line to a form, or takes one out, gives the whole page back: the focus goes on where the line is, or
  // where it was. Its value names them, as "field w" and "remove w.1".
  const kept = "noroshi-form-act";
  document.addEventListener("submit", (event) => {
    const deed = event.submitter?.name === "do" ? event.submitter.value : "";
    if (deed.includes(" ")) window.sessionStorage.setItem(kept, deed);
    else window.sessionStorage.removeItem(kept);
  });

  const goOn = () => {
    const deed = window.sessionStorage.getItem(kept);
    window.sessionStorage.removeItem(kept);
    if (deed === null) return;
    const [verb, target] = deed.split(" ");
    const places = [...document.querySelectorAll("main form :is(input, select, textarea, button)")]
      .filter((one) => one.type !== "hidden" && one.value.startsWith("remove ") === false && one.checkVisibility())
      .map((one) => ({ one, name: one.name === "do" ? one.value.split(" ")[1] ?? "" : one.name }));
    const within = (name) => places.filter((place) => place.name === name || place.name.startsWith(`${name}.`));
    let found;
    if (verb === "remove") {
      const parent = target.split(".").slice(0, -1).join(".");
      found = within(target)[0] ?? places.find((place) => place.name === parent);
    } else {
      const inside = within(target).filter((place) => place.name !== target);
      const line = inside.at(-1)?.name.slice(target.length + 1).split(".")[0];
      found = (/^[0-9]+$/.test(line ?? "") ? within(`${target}.${line}`) : inside)[0] ?? within(target)[0];
    }
    found?.one.focus();
  };
  goOn();

  // The values that a box offers are those of its field.
  document.addEventListener("change", (event) => {
    const input = event.target.closest('.cond-row select[name$=".f"]')?.closest(".cond-row").querySelector(".tokens input");
    if (input) input.setAttribute("list", `values-${event.target.value}`);
  });
})();
