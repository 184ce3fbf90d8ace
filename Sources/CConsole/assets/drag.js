// Rules are moved by dragging them; the buttons of each row and “Move to position…” do the same without.
(() => {
  "use strict";

  const list = document.querySelector("ol.rules[data-moves]");
  const form = document.getElementById("do-rules");
  if (list === null || form === null) return;

  let dragged = null;

  // Where a rule would come, seen from a row: before it in its upper half, after it in the lower one.
  const isBefore = (row, event) => {
    const box = row.getBoundingClientRect();
    return event.clientY < box.top + box.height / 2;
  };

  const clear = () => list.querySelectorAll(".drop-before, .drop-after").forEach((row) => {
    row.classList.remove("drop-before", "drop-after");
  });

  const rowOf = (event) => event.target instanceof Element ? event.target.closest("li[data-rule]") : null;

  for (const row of list.querySelectorAll("li[data-rule]")) {
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
  }

  list.addEventListener("dragover", (event) => {
    const row = rowOf(event);
    if (dragged === null || row === null) return;
    event.preventDefault();
    clear();
    if (row !== dragged) row.classList.add(isBefore(row, event) ? "drop-before" : "drop-after");
  });

  list.addEventListener("drop", (event) => {
    const row = rowOf(event);
    if (dragged === null || row === null || row === dragged) return;
    event.preventDefault();
    const from = Number(dragged.dataset.place);
    // Once it is taken out, all below it move up by one.
    const gap = Number(row.dataset.place) + (isBefore(row, event) ? 0 : 1);
    const to = gap > from ? gap - 1 : gap;
    if (to === from) return;
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
