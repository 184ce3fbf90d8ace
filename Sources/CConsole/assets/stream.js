// Keeps the parts of a page as they are now: told of a change by the extension for server-sent events, htmx asks for the
// page again, and what differs is exchanged here. Nobody who types, chooses or points is disturbed, and nothing is asked for
// by the clock.
(() => {
  "use strict";

  const teller = document.getElementById("live");
  if (teller === null) return;

  // A connection that ends and comes back within this time was never gone for those who look.
  const patience = 5000;
  // For so long after it was moved the pointer is about to press something.
  const aiming = 1500;
  // After so long it is said that something waits to be exchanged.
  const holding = 6000;
  // What is read aloud is exchanged no more often.
  const readingTime = 5000;

  let lostAt = null;
  let tellsLoss = 0;
  let pointedAt = 0;
  let target = null;
  let waits = 0;
  let waitsSince = null;
  let newest = null;
  const exchangedAt = new WeakMap();

  const timeOf = (date) =>
    `${String(date.getUTCHours()).padStart(2, "0")}:${String(date.getUTCMinutes()).padStart(2, "0")}`;

  const tellLoss = (words) => {
    teller.textContent = `Not live since ${timeOf(lostAt)}. ${words}`;
    teller.classList.add("lost");
  };

  const lost = (event) => {
    if (event.target !== teller) return;
    // Each try that fails comes here, too; the first one counts.
    if (lostAt !== null) return;
    lostAt = new Date();
    tellsLoss = window.setTimeout(() => tellLoss("Trying again."), patience);
  };

  document.addEventListener("htmx:sseError", lost);
  document.addEventListener("htmx:sseOpen", (event) => {
    if (event.target !== teller) return;
    window.clearTimeout(tellsLoss);
    lostAt = null;
    teller.textContent = "";
    teller.classList.remove("lost");
  });
  // The service has ended it for good: nobody is signed in any more.
  document.addEventListener("htmx:sseClose", (event) => {
    if (event.target !== teller || event.detail.type !== "message") return;
    window.clearTimeout(tellsLoss);
    lostAt = lostAt ?? new Date();
    tellLoss("You are not signed in any more; reload the page to sign in again.");
  });

  document.addEventListener("pointermove", (event) => {
    pointedAt = Date.now();
    target = event.target;
  }, { passive: true });
  document.addEventListener("pointerdown", (event) => {
    pointedAt = Date.now();
    target = event.target;
  }, { passive: true });

  const isUsed = (part) => {
    // A rule is being dragged; no pointer moves meanwhile.
    if (part.querySelector(".dragged") !== null) return true;
    const active = document.activeElement;
    if (active !== null && active !== part && part.contains(active)) return true;
    if (target !== null && part.contains(target) && Date.now() - pointedAt < aiming) return true;
    const selection = document.getSelection();
    return selection !== null && selection.isCollapsed === false && selection.containsNode(part, true);
  };

  const exchange = (part, fresh) => {
    // What somebody has unfolded stays so.
    const open = [...part.querySelectorAll("details")].map((one) => one.open);
    part.replaceChildren(...document.importNode(fresh, true).childNodes);
    const folds = [...part.querySelectorAll("details")];
    if (folds.length === open.length) folds.forEach((one, place) => { one.open = open[place]; });
    exchangedAt.set(part, Date.now());
    window.htmx.process(part);
    part.dispatchEvent(new CustomEvent("noroshi:exchanged", { bubbles: true }));
  };

  // What the service wrote, without what happened to it in the browser.
  const written = (part) => {
    const copy = part.cloneNode(true);
    copy.querySelectorAll("details").forEach((one) => { one.open = false; });
    copy.querySelectorAll(".grip").forEach((one) => one.remove());
    return copy.innerHTML;
  };

  // Whether the part is as it is in the newer page.
  const follow = (part, fresh) => {
    if (written(part) === written(fresh)) return true;
    const isRead = part.hasAttribute("aria-live") && Date.now() - (exchangedAt.get(part) ?? 0) < readingTime;
    if (isRead || isUsed(part)) return false;
    exchange(part, fresh);
    return true;
  };

  const rowsOf = (part) => new Map([...part.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, row]));

  // Rows that are there are brought up to date in their places; those that are not are counted, and wait to be asked for.
  const followRows = (part, fresh) => {
    const [shown, news] = [rowsOf(part), rowsOf(fresh)];
    if (shown.size === 0) return follow(part, fresh);
    let isDone = true;
    let added = 0;
    for (const [name, row] of news) {
      const old = shown.get(name);
      if (old === undefined) added += 1;
      else if (follow(old, row) === false) isDone = false;
    }
    offer(part, fresh, added, news.size);
    return isDone;
  };

  const offer = (part, fresh, added, most) => {
    const bar = document.getElementById("fresh");
    if (bar === null) return;
    if (added === 0) return bar.replaceChildren();
    const words = `${added === most ? `${added} or more` : added} new – show`;
    const shown = bar.querySelector("button");
    const button = shown ?? document.createElement("button");
    button.type = "button";
    button.className = "b sm";
    if (button.textContent !== words) button.textContent = words;
    button.onclick = () => {
      bar.replaceChildren();
      exchange(part, fresh);
      // The button is gone, and the focus would be with nothing.
      part.tabIndex = -1;
      part.focus({ preventScroll: true });
    };
    if (shown === null) bar.replaceChildren(button);
  };

  const apply = () => {
    window.clearTimeout(waits);
    if (newest === null) return;
    let isDone = true;
    for (const part of document.querySelectorAll("[data-live][id]")) {
      const fresh = newest.querySelector(`[data-live]#${CSS.escape(part.id)}`);
      if (fresh === null) continue;
      const isSame = part.dataset.live === "rows" ? followRows(part, fresh) : follow(part, fresh);
      if (isSame === false) isDone = false;
    }
    // Again when whoever used a part may have done; the page that is here already is looked at, and no other one is asked for.
    if (isDone) {
      newest = null;
      waitsSince = null;
    } else {
      waitsSince = waitsSince ?? Date.now();
      waits = window.setTimeout(apply, 500);
    }
    if (lostAt !== null) return;
    const isLong = waitsSince !== null && Date.now() - waitsSince > holding;
    const words = isLong ? "Something has changed here. It is shown when you have done." : "";
    if (teller.textContent !== words) teller.textContent = words;
  };

  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== teller) return;
    const answer = event.detail.xhr;
    if (answer.status !== 200) return;
    newest = new DOMParser().parseFromString(answer.responseText, "text/html");
    apply();
  });
})();
