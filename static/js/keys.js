// Habits of people who are here all day: keys, a palette of what can be done on the page, boxes that light up with their field, and a
// question before typed words are lost. Nothing here is needed: every page does the same by links and buttons. What the keys are, the
// page /keyboard says; whoever wants none of them switches them off on the page of their account.
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);
  const are_off = () => Boolean(one("[data-keys=off]"));

  // A value and its box on the page light up together.
  const light = (event) => {
    const at = event.target.closest?.("#viewer [data-at]")?.dataset.at;
    for (const hot of all("#viewer .hot")) hot.classList.remove("hot");
    if (at) for (const same of all(`#viewer [data-at="${at}"]`)) same.classList.add("hot");
  };
  document.addEventListener("mouseover", light);
  document.addEventListener("focusin", light);

  // Dialogs are made when they are first asked for.
  const dialog = (name, label) => {
    const found = document.getElementById(name);
    if (found) return found;
    const made = document.createElement("dialog");
    made.id = name;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", (event) => event.target === made && made.close());
    document.body.append(made);
    return made;
  };

  const help = async () => {
    const made = dialog("keys", "Keyboard");
    if (!made.firstChild) {
      const answer = await fetch("/keyboard");
      if (!answer.ok) return location.assign("/keyboard");
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      made.append(page.querySelector("main table"));
      const close = document.createElement("button");
      close.className = "button";
      close.textContent = "Close";
      close.onclick = () => made.close();
      made.append(close);
    }
    if (!made.open) made.showModal();
  };

  const said = (node) => node.textContent.replace(/\s+/g, " ").trim();
  const things = () => {
    const seen = new Set();
    const places = all("nav.rail a, .head a, .head button, .work button, .work summary, #viewer header a, .finding h3 a:first-child, .views a, .stats a");
    return places.filter((node) => said(node) && node.checkVisibility() && !seen.has(said(node)) && seen.add(said(node)));
  };

  const palette = () => {
    const made = dialog("palette", "Go somewhere or do something");
    made.innerHTML = '<input type="search" role="combobox" aria-expanded="true" aria-controls="found" aria-label="Go somewhere or do something" placeholder="Go somewhere or do something" autocomplete="off"><ul id="found" role="listbox" aria-label="Found"></ul>';
    const [input, list] = [made.firstChild, made.lastChild];
    const known = things();
    let at = 0;
    const go = (row) => {
      made.close();
      row.thing ? row.thing.click() : location.assign(`/packets?q=${encodeURIComponent(input.value.trim())}`);
    };
    const mark = () => {
      all("li", list).forEach((row, index) => row.setAttribute("aria-selected", index === at));
      list.children[at]?.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", list.children[at]?.id ?? "");
    };
    const draw = () => {
      const words = input.value.toLowerCase().split(/\s+/);
      const fit = known.filter((thing) => words.every((word) => said(thing).toLowerCase().includes(word))).slice(0, 12);
      list.replaceChildren(
        ...[...fit, ...(input.value.trim() ? [null] : [])].map((thing, index) => {
          const row = document.createElement("li");
          row.id = `found-${index}`;
          row.setAttribute("role", "option");
          row.textContent = thing ? said(thing) : `Search packets for “${input.value.trim()}”`;
          row.thing = thing;
          row.onclick = () => go(row);
          return row;
        }),
      );
      at = 0;
      mark();
    };
    input.oninput = draw;
    input.onkeydown = (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) at = Math.min(Math.max(at + step, 0), list.children.length - 1);
      if (event.key === "Enter" && list.children[at]) go(list.children[at]);
      if (!step && event.key !== "Enter") return;
      event.preventDefault();
      mark();
    };
    draw();
    if (!made.open) made.showModal();
    input.focus();
  };

  const walk = (links, now, step) => links[Math.min(Math.max(now + step, 0), links.length - 1)];
  const finding = (step) => {
    const links = all(".finding h3 a:first-child");
    walk(links, links.findIndex((link) => link.closest("[data-selected]")), step)?.click();
  };
  const paper = (step) => {
    const links = all("#viewer nav[aria-label=Documents] a");
    walk(links, links.findIndex((link) => link.ariaCurrent), step)?.click();
  };
  const row = (step) => {
    const links = all("table.packets tbody td.name > a");
    walk(links, links.findIndex((link) => link === document.activeElement), step)?.focus();
  };
  const open = (selector) => {
    const field = one(selector);
    if (!field) return;
    for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    field.focus();
  };
  const places = { h: "/", p: "/packets", w: "/work", a: "/audit", c: "/clients", r: "/rules", m: "/team" };
  const keys = {
    "?": help,
    "/": () => (one("input[type=search]") ? one("input[type=search]").focus() : location.assign("/packets")),
    n: () => finding(1),
    p: () => finding(-1),
    "]": () => paper(1),
    "[": () => paper(-1),
    j: () => row(1),
    k: () => row(-1),
    x: () => document.activeElement.closest("tr")?.querySelector("[name=packet]")?.click(),
    a: () => open("#owner[name=owner], .work #owner"),
    c: () => open("#body, textarea[name=body]"),
    e: () => open(".chosen form [name=value]"),
    w: () => open(".finding[data-selected] [name=reason]"),
    "+": () => one("[data-zoom=in]")?.click(),
    "-": () => one("[data-zoom=out]")?.click(),
  };
  let gone = 0;
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "k" && !are_off()) {
      event.preventDefault();
      return palette();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || are_off() || event.target.closest("input:not([type=checkbox]), select, textarea, dialog")) return;
    const place = Date.now() - gone < 1500 && places[event.key];
    gone = event.key === "g" ? Date.now() : 0;
    const act = place ? () => location.assign(place) : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  // Typed words are not lost without a question.
  let is_sending = false;
  const typed = (within = document) => all("form[data-dirty]", within).some((form) => form.isConnected);
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.method === "post" && event.target.matches("input[type=text], textarea, input:not([type])")) form.setAttribute("data-dirty", "");
  });
  document.addEventListener("submit", () => (is_sending = true));
  addEventListener("pageshow", () => (is_sending = false));
  addEventListener("beforeunload", (event) => typed() && !is_sending && event.preventDefault());
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { target, elt } = event.detail;
    // A list that somebody ticks in does not move under their hands.
    if (target.id === "packets" && elt === target && one("[name=packet]:checked")) return event.preventDefault();
    const is_left = elt.tagName !== "FORM" && target && typed(target);
    if (is_left && !confirm("What you typed is not saved. Leave it?")) event.preventDefault();
  });

  // All of the page, and how many that are.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) for (const tick of all("[name=packet]")) tick.checked = event.target.checked;
    if (!event.target.matches("[data-all], [name=packet]")) return;
    const count = all("[name=packet]:checked").length;
    const button = one("#batch button");
    if (button) button.textContent = count ? `Go on with ${count}` : "Go on";
  });
  const offer = () => {
    const head = one("table.packets th.tight");
    if (!head || one("[data-all]")) return;
    const tick = document.createElement("input");
    tick.type = "checkbox";
    tick.dataset.all = "";
    tick.setAttribute("aria-label", "Choose all on this page");
    head.replaceChildren(tick);
  };
  offer();
  document.addEventListener("htmx:afterSwap", offer);
})();
