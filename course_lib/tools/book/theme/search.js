// The search page. text.js calls `found` with [page, [[anchor, title, text], ...]] of every page, packed.
"use strict";
const PARTICLES = /(?:으로|에서|에게|까지|부터|마다|처럼|보다|이나|에는|은|는|이|가|을|를|의|에|로|와|과|도|만)$/;
const HANGUL = /[가-힣]/;
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

// What finds a word: the word itself anywhere, also inside longer ones; one of three and more Korean letters also with
// spaces between them that its writer left out, where a word begins.
function pattern(word) {
  const exact = escaped(word);
  if (!HANGUL.test(word) || word.length < 3) return new RegExp(exact, "giu");
  return new RegExp(`${exact}|(?<![가-힣])${[...word].map(escaped).join(" ?")}`, "giu");
}

// The words of a query; several Korean ones also count as one word, written without spaces.
const split = (query) => query.normalize("NFC").trim().split(/\s+/).filter(Boolean);

function look(pages, patterns) {
  const hits = [];
  for (const [page, sections] of pages) {
    for (const [anchor, title, text] of sections) {
      const counts = patterns.map((one) => [title, text].map((part) => (part.match(one) || []).length));
      if (counts.every(([inTitle, inText]) => inTitle + inText)) {
        const total = counts.flat().reduce((sum, one) => sum + one, 0);
        const titled = counts.filter(([inTitle]) => inTitle).length;
        hits.push({ page, anchor, title, text, total, weight: 100 * titled + Math.min(total, 50) });
      }
    }
  }
  return hits.sort((one, other) => other.weight - one.weight);
}

// The sections in which a query is found, the best first, and what finds its words there.
function results(pages, query) {
  const typed = split(query);
  if (!typed.length) return { hits: [], patterns: [] };
  const patterns = typed.map(pattern);
  const hits = look(pages, patterns);
  if (hits.length) return { hits, patterns };
  const bare = typed.map((word) => (word.length > 2 && HANGUL.test(word) ? word.replace(PARTICLES, "") : word)).map(pattern);
  return { hits: look(pages, bare), patterns: bare };
}

// Up to 160 letters around the first place where a word stands, with the words marked.
function snippet(text, patterns) {
  const first = Math.min(...patterns.map((one) => { const at = text.search(one); return at < 0 ? Infinity : at; }));
  const from = Math.max(0, (first === Infinity ? 0 : first) - 60);
  const shown = text.slice(from, from + 160);
  const marks = patterns.flatMap((one) => [...shown.matchAll(one)].map((hit) => [hit.index, hit.index + hit[0].length]));
  const parts = [from ? "…" : ""];
  let at = 0;
  for (const [begin, end] of marks.sort((one, other) => one[0] - other[0])) {
    if (begin < at) continue;
    parts.push(shown.slice(at, begin), made("mark", { textContent: shown.slice(begin, end) }));
    at = end;
  }
  return [...parts, shown.slice(at), from + 160 < text.length ? "…" : ""];
}

async function found(text) {
  const pages = await unpacked(text);
  const field = document.querySelector("main input"), list = document.querySelector(".found");
  const titles = new Map(pages.map(([page, sections]) => [page, sections[0][1]]));
  const show = () => {
    const { hits, patterns } = results(pages, field.value);
    document.querySelector(".count").textContent = !field.value.trim() ? ""
      : hits.length ? words.sections.replace("{count}", hits.length) : words.nothing;
    list.replaceChildren(...hits.slice(0, 100).map((hit) => {
      const item = made("li", {}), text = made("p", {});
      const title = hit.title === titles.get(hit.page) ? hit.title : `${titles.get(hit.page)} › ${hit.title}`;
      text.append(...snippet(hit.text, patterns));
      item.append(made("a", { href: `${hit.page}.html#${hit.anchor}`, textContent: title }), text);
      item.dataset.total = hit.total;
      return item;
    }));
  };
  field.value = new URLSearchParams(location.search).get("q") || "";
  field.addEventListener("input", show);
  document.querySelector("form.ask").addEventListener("submit", (event) => event.preventDefault());
  show();
  document.documentElement.dataset.searched = "yes";
}
