// A page as slides, `02_lesson.html?slides=12`: each of its blocks stands on one slide, and none is taller than it.
// Printed, each slide is a page.
"use strict";
{
  const [WIDTH, HEIGHT] = [1280, 720]; // of a slide, in its own pixels; it is scaled to the screen
  const [WIDE, HIGH, LARGER] = [1150, 540, 1.8]; // of a picture on it at most, and how much larger than on the page
  const LEAST = 0.7; // a block that would have to become smaller than this is divided, where it can be

  // the page's blocks in their order; null where an answer begins, which gets a slide of its own
  function* blocks(node) {
    for (const one of [...node.children]) {
      if (one.matches(".work, .here, .turn, .related, nav, script, details.answer > summary")) continue;
      if (one.matches("details.answer")) yield null;
      if (one.matches("section, .cell, .cell_output, details.answer")) yield* blocks(one);
      else yield one;
    }
  }

  const stage = made("main", { id: "slides" });
  const slides = [], places = new Map(); // anchor -> number of the first slide of that section
  let title = "";
  const begin = (...content) => {
    const slide = made("div", { className: "slide" });
    slide.append(...content);
    stage.append(slide);
    slides.push(slide);
    return slide;
  };
  const again = () => begin(made("p", { className: "again", textContent: title }));
  const fits = (slide) => slide.scrollHeight <= slide.clientHeight && slide.scrollWidth <= slide.clientWidth;
  const bare = (blocks) => [...blocks].every((one) => one.matches("h1, h2, h3, h4, .again"));

  function larger(picture) {
    const [width, height] = [picture.width, picture.height];
    if (width && height) picture.style.width = `${Math.min(WIDE, width * Math.min(LARGER, HIGH / height))}px`;
  }

  // where code is divided: before a line that is not indented, as near to its middle as there is one
  function middle(text) {
    const ends = [...text.matchAll(/\n(?=[^])/g)].map((found) => found.index + 1);
    const far = (end) => Math.abs(end - text.length / 2) + (/\s/.test(text[end]) ? text.length / 4 : 0);
    return ends.sort((one, other) => far(one) - far(other))[0];
  }

  // the second half of a block, which the block loses; null where there is nothing to divide at
  function half(block) {
    if (block.querySelector(".course-live")) return null; // half a widget is none
    const within = (name, inside = block) => (inside.matches(name) ? inside : inside.querySelector(name));
    const rest = block.cloneNode(true);
    const code = within("pre");
    if (code) {
      const place = middle(code.textContent);
      if (!place) return null;
      within("pre", rest).replaceChildren(behind(code, place));
      return rest;
    }
    const name = ["tbody", "ul, ol"].find((one) => within(one));
    if (!name || within(name).children.length < 2) return null;
    const [kept, moved] = [within(name), within(name, rest)];
    const many = Math.ceil(kept.children.length / 2);
    for (const one of [...moved.children].slice(0, many)) one.remove();
    for (const one of [...kept.children].slice(many)) one.remove();
    if (moved.matches("ol")) moved.start = kept.start + many;
    rest.querySelector("thead")?.classList.add("repeated");
    return rest;
  }

  // what of an element comes from a place of its text on, taken out of it
  function behind(element, place) {
    const walk = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    let before = 0;
    while (walk.nextNode() && before + walk.currentNode.length < place) before += walk.currentNode.length;
    const range = document.createRange();
    range.setStart(walk.currentNode, place - before);
    range.setEnd(element, element.childNodes.length);
    return range.extractContents();
  }

  // a block alone below its heading: made smaller, or divided; returns the slide that it ends on
  function fitted(slide, block) {
    for (let size = 0.95; !fits(slide) && size >= LEAST; size -= 0.05) block.style.zoom = size;
    if (fits(slide)) return slide;
    block.style.zoom = "";
    const rest = half(block);
    if (rest) {
      fitted(slide, block);
      return added(again(), rest);
    }
    for (let size = LEAST; !fits(slide) && size > 0.1; size *= 0.95) block.style.zoom = size;
    return slide;
  }

  function added(slide, block) {
    const first = bare(slide.children);
    slide.append(block);
    if (fits(slide)) return slide;
    return first ? fitted(slide, block) : added(again(), block);
  }

  function divided() {
    let slide = null, apart = false;
    for (const block of [...blocks(document.querySelector("main"))]) {
      if (block === null) {
        apart = true;
      } else if (block.matches("h1, h2, h3, h4")) {
        const anchor = block.querySelector(".headerlink")?.getAttribute("href").slice(1);
        title = block.firstChild.textContent;
        slide = slide && bare(slide.children) ? slide : begin();
        slide.append(block);
        places.set(anchor, slides.length);
        apart = false;
      } else {
        if (apart && !bare(slide.children)) slide = again();
        slide = added(slide ?? begin(), block);
        apart = false;
      }
    }
  }

  let shown = 1;
  const count = made("span", { className: "count" });
  count.setAttribute("role", "status");
  function go(number) {
    shown = Math.max(1, Math.min(slides.length, number));
    slides.forEach((one, place) => one.classList.toggle("now", place === shown - 1));
    count.textContent = `${shown} / ${slides.length}`;
    try { history.replaceState(null, "", `?slides=${shown}`); } catch {} // not from every file
  }
  const leave = () => {
    const anchor = [...places].filter(([, number]) => number <= shown).at(-1)?.[0] ?? "";
    location.href = location.pathname + (anchor && `#${anchor}`);
  };
  const tool = (label, sign, act) => {
    const button = made("button", { type: "button", textContent: sign, title: label });
    button.setAttribute("aria-label", label);
    button.addEventListener("click", act);
    return button;
  };
  const scaled = () => stage.style.setProperty("--scale", Math.min(innerWidth / WIDTH, innerHeight / HEIGHT));

  const { hash, search } = location;
  document.documentElement.classList.add("presented");
  for (const picture of all("main img")) {
    picture.loading = "eager"; // a lecturer does not wait for them
    larger(picture);
  }
  const bar = made("nav", { className: "bar" });
  bar.setAttribute("aria-label", words.slides);
  bar.append(tool(words.previous, "←", () => go(shown - 1)), count, tool(words.next, "→", () => go(shown + 1)),
    tool(words.leave, "✕", leave));
  document.body.append(stage, bar);
  divided();
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, button, summary, [role=button]") && /^(.|Enter)$/.test(event.key);
    if (typing || event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
    const step = { ArrowRight: 1, PageDown: 1, " ": 1, ArrowLeft: -1, PageUp: -1 }[event.key];
    if (step && event.target.closest?.("input") && event.key.startsWith("Arrow")) return;
    if (step) go(shown + step);
    else if (event.key === "Home") go(1);
    else if (event.key === "End") go(slides.length);
    else if (event.key === "f") document.documentElement.requestFullscreen?.().catch(() => {});
    else if (event.key === "Escape" && !document.fullscreenElement) leave();
    else return;
    event.preventDefault();
  });
  addEventListener("hashchange", () => { if (places.has(location.hash.slice(1))) go(places.get(location.hash.slice(1))); });
  addEventListener("resize", scaled);
  scaled();
  go(places.get(hash.slice(1)) ?? (Number(new URLSearchParams(search).get("slides")) || 1));
  document.documentElement.dataset.presented = "yes";
}
