// Rules are moved by dragging them; the buttons of each row and “Move to position…” do the same without.
(() => {
  "use strict";

  if (document.querySelector("ol.rules[data-moves]") === null) return;

  let dragged = null;

  // Where a rule would come, seen from a row: before it in its upper half, after it in the lower one.
  const isBefore = (row, event) => {
    const box = row.getBoundingClientRect();
    return event.clientY < box.top + box.height / 2;
  };

  const clear = () => document.querySelectorAll(".drop-before, .drop-after").forEach((row) => {
    row.classList.remove("drop-before", "drop-after");
  });

  const rowOf = (event) =>
    event.target instanceof Element ? event.target.closest("ol.rules[data-moves] li[data-rule]") : null;

  const prepare = (row) => {
    const grip = document.createElement("span");
    grip.className = "grip";
    grip.draggable = true;
    grip.title = "Drag to move";
    grip.textContent = "⠿";
    grip.setAttribute("aria-hidden", "true");
    row.querySelector(".pos").prepend(grip);
    grip.addEventListener("dragstart", (event) => {
      dragged = row;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", row.dataset.rule);
      event.dataTransfer.setDragImage(row, 20, 20);
      row.classList.add("dragged");
    });
    grip.addEventListener("dragend", () => {
      row.classList.remove("dragged");
      dragged = null;
      clear();
    });
  };

  const prepareAll = () => document.querySelectorAll("ol.rules[data-moves] li[data-rule]").forEach(prepare);
  prepareAll();
  // The rows are others when stream.js has put a newer list in.
  document.addEventListener("noroshi:exchanged", (event) => {
    if (event.target.querySelector("ol.rules[data-moves]") !== null) prepareAll();
  });

  document.addEventListener("dragover", (event) => {
    const row = rowOf(event);
    if (dragged === null || row === null) return;
    event.preventDefault();
    clear();
    if (row !== dragged) row.classList.add(isBefore(row, event) ? "drop-before" : "drop-after");
  });

  document.addEventListener("drop", (event) => {
    const row = rowOf(event);
    if (dragged === null || row === null || row === dragged) return;
    event.preventDefault();
    const from = Number(dragged.dataset.place);
    // Once it is taken out, all below it move up by one.
    const gap = Number(row.dataset.place) + (isBefore(row, event) ? 0 : 1);
    const to = gap > from ? gap - 1 : gap;
    const form = document.getElementById("do-rules");
    if (to === from || form === null) return;
    for (const [name, value] of [["do", `move ${dragged.dataset.rule}`], ["to", String(to)]]) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = value;
      form.append(field);
    }
    form.requestSubmit();
  });
})();
