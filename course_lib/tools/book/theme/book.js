// What a page can do: theme, language at the same section, copy, larger figures, films that stop, predictions.
"use strict";
const words = JSON.parse(document.getElementById("words").textContent);
const all = (what, inside = document) => [...inside.querySelectorAll(what)];
const made = (name, facts) => Object.assign(document.createElement(name), facts);

document.querySelector("button.theme").addEventListener("click", () => {
  const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  try { localStorage.setItem("book-theme", theme); } catch {}
});

// the section in which the reader is when the link is used
const here = () => {
  const line = innerHeight / 3;
  const above = all("main section[id]").filter((one) => one.getBoundingClientRect().top < line);
  return above.length > 1 ? `#${above.at(-1).id}` : "";
};
const other = document.querySelector("a.switch");
const address = other.getAttribute("href");
const search = location.pathname.endsWith("search.html") ? () => location.search : () => "";
for (const kind of ["pointerdown", "focus", "click"]) {
  other.addEventListener(kind, () => other.setAttribute("href", address + search() + here()));
}

for (const code of all(".cell_input .highlight, pre.copied")) {
  const button = made("button", { type: "button", className: "copy", textContent: words.copy });
  button.addEventListener("click", async () => {
    const text = code.querySelector("pre").textContent;
    try { await navigator.clipboard.writeText(text); } catch {
      const field = made("textarea", { value: text });
      document.body.append(field); field.select(); document.execCommand("copy"); field.remove(); button.focus();
    }
    button.textContent = words.copied;
    setTimeout(() => { button.textContent = words.copy; }, 1500);
  });
  code.append(button);
}
for (const code of all("pre")) if (code.scrollWidth > code.clientWidth) code.tabIndex = 0;

const stage = made("dialog", {});
stage.setAttribute("aria-label", words.larger);
document.body.append(stage);
stage.addEventListener("click", () => stage.close());
for (const picture of all("main img")) {
  picture.tabIndex = 0;
  picture.setAttribute("role", "button");
  picture.title = words.larger;
  const show = () => {
    stage.replaceChildren(made("button", { type: "button", textContent: words.close }),
      made("img", { src: picture.src, alt: picture.alt, className: picture.className }));
    stage.showModal();
  };
  picture.addEventListener("click", show);
  picture.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); show(); }
  });
}

for (const film of all("img[data-still]")) {
  const moving = film.getAttribute("src");
  const button = made("button", { type: "button" });
  const set = (plays) => {
    film.src = plays ? moving : film.dataset.still;
    button.textContent = plays ? words.stop : words.go_on;
  };
  button.addEventListener("click", () => set(button.textContent === words.go_on));
  set(!matchMedia("(prefers-reduced-motion: reduce)").matches);
  film.after(button);
}

// a number as people type it: "1,024", "1/4", "26 pixels"
const number = (entry, unit) => {
  const plain = entry.normalize("NFKC").replace("−", "-").replace(unit, "").trim();
  const found = plain.match(/^([-+]?(?:\d{1,3}(?:,\d{3})+|\d*\.?\d+)(?:\.\d+)?(?:e[-+]?\d+)?)(?:\/(\d+))?\s*%?$/i);
  return found ? Number(found[1].replaceAll(",", "")) / Number(found[2] || 1) : NaN;
};
for (const question of all(".question")) {
  const { key, right, tolerance } = question.dataset;
  const verdict = question.querySelector(".verdict");
  const buttons = all("button", question);
  const field = question.querySelector("input");
  const told = (good) => {
    verdict.textContent = good ? words.right : words.wrong;
    verdict.className = `verdict ${good ? "good" : "bad"}`;
    for (const answer of all("details.answer")) if (answer.dataset.keys.split(" ").includes(key)) answer.open = true;
  };
  const compared = () => {
    const guess = number(field.value, question.dataset.unit);
    if (Number.isNaN(guess)) { verdict.textContent = words.no_number; verdict.className = "verdict"; }
    else told(Math.abs(guess - Number(right)) <= Number(tolerance) + 1e-9);
  };
  buttons.forEach((button, place) => button.addEventListener("click", () => {
    if (field) return compared();
    buttons.forEach((one) => { one.classList.toggle("chosen", one === button); one.setAttribute("aria-pressed", one === button); });
    told(String(place) === right);
  }));
  field?.addEventListener("keydown", (event) => { if (event.key === "Enter") compared(); });
}

const asked = new URLSearchParams(location.search);
const fetched = (src) => new Promise((done) => { document.head.append(made("script", { src, onload: done, onerror: done })); });

// widgets come to life when one of them comes near; on slides before these are made, printed not at all
const widgets = all(".course-live");
const enliven = async () => {
  await fetched("../static/widgets.js");
  await fetched(location.pathname.replace(/.*\/(\w+)\.html$/, "../widgets/$1.js"));
  await window.courseWidgets?.done;
};
const near = new IntersectionObserver((seen) => {
  if (!seen.some((one) => one.isIntersecting)) return;
  near.disconnect();
  enliven();
}, { rootMargin: "800px" });

// printed: light, with all answers, and with pictures that nobody has scrolled to
const printed = () => {
  document.documentElement.dataset.theme = "light";
  for (const answer of all("details.answer")) answer.open = true;
  for (const picture of all("main img")) picture.loading = "eager";
};
addEventListener("beforeprint", printed);

if (asked.has("slides")) (widgets.length ? enliven() : Promise.resolve()).then(() => fetched("../static/slides.js"));
else if (asked.has("print")) printed();
else for (const widget of widgets) near.observe(widget);
