"use strict";

// What a page said gets in as text only: textContent and attributes, never markup.
(() => {
  const byId = (id) => document.getElementById(id);

  const theme = byId("theme");
  const remember = (value) => {
    try {
      if (value === undefined) return localStorage.getItem("newscrawl-theme") || "";
      localStorage.setItem("newscrawl-theme", value);
    } catch {
      // A file opened where nothing may be stored keeps its choice until it is closed.
    }
    return value || "";
  };
  const setTheme = (value) => {
    document.documentElement.dataset.theme = value;
    theme.value = value;
  };
  theme.parentElement.hidden = false;
  setTheme(remember());
  theme.addEventListener("change", () => setTheme(remember(theme.value)));

  for (const details of document.querySelectorAll("details.history")) {
    addEventListener("beforeprint", () => (details.open = true));
  }

  const body = byId("rows");
  if (!body) return;

  const PAGE = 50;
  const data = JSON.parse(byId("data").textContent);
  const column = Object.fromEntries(data.columns.map((name, place) => [name, place]));
  const get = (row, name) => (name in data.lists ? data.lists[name][row[column[name]]] : row[column[name]]);
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const text = (value) => (Array.isArray(value) ? value.join(", ") : value === null ? "" : String(value));
  const when = (iso) => (iso || "").slice(0, 16).replace("T", " ");

  const SORTS = {
    published: (row) => Date.parse(get(row, "date_published") || "") || 0,
    words: (row) => get(row, "word_count") || 0,
    version: (row) => get(row, "version") || 1,
  };
  const KINDS = {
    versions: (row) => get(row, "version") > 1,
    copies: (row) => Boolean(get(row, "duplicate_of")),
  };
  const SEARCHED = ["headline", "description", "byline", "authors", "section", "keywords", "site", "url"];

  let folded = null;
  let order = { key: "published", down: true };
  let sorted = data.rows.map((_, place) => place);
  let hits = sorted;
  let start = 0;

  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };

  const link = (url, label) => {
    let parsed = null;
    try {
      parsed = new URL(url);
    } catch {
      return document.createTextNode(label);
    }
    if (parsed.protocol !== "http:" && parsed.protocol !== "https:") return document.createTextNode(label);
    return element("a", { href: parsed.href, rel: "noopener noreferrer" }, label);
  };

  const details = (row) => {
    const sources = get(row, "sources");
    const list = element("dl", { class: "head" });
    const tell = (label, value, name) => {
      if (!text(value)) return;
      const said = value instanceof Node ? value : text(value);
      const told = element("dd", { dir: "auto" }, said);
      if (sources[name]) told.append(element("span", { class: "source" }, sources[name]));
      list.append(element("div", {}, element("dt", {}, label), told));
    };
    const url = get(row, "url");
    tell("headline", get(row, "headline"), "headline");
    tell("address", url && link(url, url));
    for (const name of [
      "description", "byline", "authors", "author_role", "dateline", "date_published", "date_modified", "section",
      "keywords", "language", "paywalled", "corrections",
    ]) {
      tell(name.replaceAll("_", " "), get(row, name), name);
    }
    tell("found by", get(row, "via"));
    tell("fetched", get(row, "fetched_at"));
    tell("run", get(row, "job"));
    tell("changed", get(row, "changed").join(", ").replaceAll("_", " "));
    const similarity = get(row, "similarity");
    const alike = similarity === null ? "" : ` (${Math.round(100 * similarity)} % alike)`;
    tell("copy of", get(row, "duplicate_of") && get(row, "duplicate_of") + alike);
    tell("id", get(row, "id"));
    return list;
  };

  const toggle = (button, tr, row) => {
    const open = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!open));
    if (open) tr.nextSibling.remove();
    else tr.after(element("tr", { class: "more" }, element("td", { colspan: "7" }, details(row))));
  };

  const line = (place) => {
    const row = data.rows[place];
    const headline = text(get(row, "headline")) || "(no headline)";
    const button = element("button", { type: "button", "aria-expanded": "false", dir: "auto" }, headline);
    const version = get(row, "version") || 1;
    const tr = element(
      "tr",
      {},
      element("td", { class: "date" }, when(get(row, "date_published"))),
      element("td", { class: "wide" }, text(get(row, "site"))),
      element("th", { scope: "row" }, button, element("span", { class: "narrow" }, text(get(row, "site")))),
      element("td", { class: "wide", dir: "auto" }, text(get(row, "authors"))),
      element("td", { class: "wide", dir: "auto" }, text(get(row, "section"))),
      element("td", { class: "wide n" }, (get(row, "word_count") || 0).toLocaleString("en")),
      element("td", { class: "wide n" }, String(version)),
    );
    button.addEventListener("click", () => toggle(button, tr, row));
    return tr;
  };

  const number = (value) => value.toLocaleString("en");

  const show = () => {
    body.replaceChildren(...hits.slice(start, start + PAGE).map(line));
    const all = data.rows.length;
    byId("hits").textContent =
      hits.length === all ? `${number(all)} articles` : `${number(hits.length)} of ${number(all)} articles`;
    const last = Math.min(start + PAGE, hits.length);
    byId("position").textContent = hits.length ? `${number(start + 1)}–${number(last)} of ${number(hits.length)}` : "";
    byId("previous").disabled = start === 0;
    byId("next").disabled = last === hits.length;
  };

  const haystack = () => {
    folded ??= data.rows.map((row) => fold(SEARCHED.map((name) => text(get(row, name))).join("\n")));
    return folded;
  };

  const search = () => {
    const words = fold(byId("search").value).split(/\s+/).filter(Boolean);
    const site = byId("site").value;
    const kind = KINDS[byId("kind").value];
    const texts = words.length ? haystack() : null;
    hits = sorted.filter((place) => {
      const row = data.rows[place];
      if (site && get(row, "site") !== site) return false;
      if (kind && !kind(row)) return false;
      return words.every((word) => texts[place].includes(word) || get(row, "id") === word);
    });
    start = 0;
    show();
  };

  const buttons = [...document.querySelectorAll("table.articles thead button")];

  const sort = () => {
    const { key, down } = order;
    const value = SORTS[key] || ((row) => text(get(row, key)));
    const keys = data.rows.map(value);
    const compare = key in SORTS ? (one, other) => one - other : collator.compare;
    const sign = down ? -1 : 1;
    sorted = data.rows.map((_, place) => place);
    // What a page did not give stands last, whichever way it is sorted.
    sorted.sort((a, b) => {
      if (!keys[a] || !keys[b]) return Boolean(keys[b]) - Boolean(keys[a]) || a - b;
      return sign * compare(keys[a], keys[b]) || a - b;
    });
    for (const button of buttons) {
      const mine = button.dataset.key === key;
      if (mine) button.parentElement.setAttribute("aria-sort", down ? "descending" : "ascending");
      else button.parentElement.removeAttribute("aria-sort");
    }
    search();
  };

  for (const button of buttons) {
    button.addEventListener("click", () => {
      const { key } = button.dataset;
      order = { key, down: order.key === key ? !order.down : key in SORTS };
      sort();
    });
  }
  byId("search").form.addEventListener("submit", (event) => event.preventDefault());
  byId("search").addEventListener("input", search);
  byId("site").addEventListener("change", search);
  byId("kind").addEventListener("change", search);
  const turn = (by) => {
    start += by;
    show();
    byId("table").scrollIntoView({ block: "start" });
    // A button that is disabled by this would take the focus with it.
    const [pressed, other] = by > 0 ? ["next", "previous"] : ["previous", "next"];
    if (byId(pressed).disabled) byId(other).focus();
  };
  byId("previous").addEventListener("click", () => turn(-PAGE));
  byId("next").addEventListener("click", () => turn(PAGE));
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      byId("search").focus();
    } else if (event.key === "Escape" && event.target === byId("search")) {
      byId("search").value = "";
      search();
    }
  });
  byId("scriptless").remove();
  byId("table").hidden = false;
  sort();
})();
