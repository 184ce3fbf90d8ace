// Keys for those who like them: no page needs them, and the cookie of /keys leaves this file out (WCAG 2.2, 2.1.4).
(() => {
  "use strict";

  // The menu says which pages there are, by the letter after g.
  const pageOf = (letter) => document.querySelector(`nav a[data-key="${CSS.escape(letter)}"]`);

  // One link for each row of the page: the first in it.
  const rows = () =>
    [...document.querySelectorAll("main tbody tr, main .rule, main .vrow, main .read")]
      .map((row) => row.querySelector("a[href], summary"))
      .filter((link) => link !== null && link.checkVisibility());

  const isTyping = (target) =>
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input, textarea, select, [role='textbox']"));

  const go = (path) => window.location.assign(path);

  // Moves to the row before or after the one that has the focus; Enter then opens it, as with any link.
  const move = (step) => {
    const links = rows();
    if (links.length === 0) return;
    const at = links.findIndex((link) => link.closest("tr, .rule, .vrow, .read")?.contains(document.activeElement));
    const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + step));
    links[next].focus();
    links[next].scrollIntoView({ block: "nearest" });
  };

  // What stands in the row of a rule that has the focus: its link to edit, or one of its buttons, by what they do.
  const ofRule = (deed) => {
    const row = document.activeElement?.closest("main .rule");
    if (!row) return null;
    if (deed === "edit") return row.querySelector('h3 a[href^="/rules/edit/"]');
    const button = [...row.querySelectorAll('button[name="do"]')].find((one) => one.value.startsWith(`${deed} `));
    return button === undefined || button.matches(":disabled") ? null : button;
  };

  // Out of what is open, else to the page above, else back.
  const back = () => {
    const open = document.querySelector("main details.menu[open]");
    if (open !== null) {
      open.open = false;
      return open.querySelector("summary").focus();
    }
    const above = [...document.querySelectorAll("main .crumb a[href]")].pop();
    if (above !== undefined) return go(above.href);
    window.history.back();
  };

  let waitsForPage = false;
  let forgets = 0;

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
    if (event.altKey) {
      const deed = { ArrowUp: "up", ArrowDown: "down" }[event.key];
      const button = deed === undefined ? null : ofRule(deed);
      if (button === null) return;
      event.preventDefault();
      return button.click();
    }
    if (waitsForPage) {
      waitsForPage = false;
      const link = /^[a-z]$/.test(event.key) ? pageOf(event.key) : null;
      if (link === null) return;
      event.preventDefault();
      return go(link.href);
    }
    switch (event.key) {
      case "g":
        waitsForPage = true;
        window.clearTimeout(forgets);
        forgets = window.setTimeout(() => { waitsForPage = false; }, 1500);
        break;
      case "/": {
        const box = [...document.querySelectorAll("form.go input, form.filters input")].find((one) => one.checkVisibility());
        if (box === undefined) return;
        box.focus();
        box.select();
        break;
      }
      case "j": move(1); break;
      case "k": move(-1); break;
      case "?": go("/keys"); break;
      case "e":
      case "x": {
        const target = event.key === "e" ? ofRule("edit") : ofRule("on") ?? ofRule("off");
        if (target === null) return;
        target.click();
        break;
      }
      case "Escape": back(); break;
      default: return;
    }
    event.preventDefault();
  });
})();
