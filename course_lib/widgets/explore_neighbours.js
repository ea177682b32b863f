// Pictures to press: those most like the pressed one, by the features of the depth that is chosen.
function start(facts) {
  const {words, colours, names, kinds, depths, similarities, side, across} = facts;
  const told = make("output", {"aria-live": "polite"}), below = make("div", {class: "row top near"});
  let query = facts.query, depth = 0;

  // one sprite for all: each shows its own part of it
  const part = (i) => `background: var(--sprite) ${-side * (i % across)}px ${-side * Math.floor(i / across)}px; width: ${side}px; height: ${side}px; min-width: 0; padding: 0; border-radius: 0;`;
  const pick = (i) => make("button", {type: "button", title: names[i], "aria-label": names[i], "aria-pressed": "false", style: part(i), onclick: () => { query = i; draw(); }});
  const all = names.map((_, i) => pick(i));
  const nearest = () => names.map((_, i) => i).filter((i) => i !== query)
    .sort((a, b) => similarities[depth][query][b] - similarities[depth][query][a] || a - b).slice(0, facts.shown);

  function card(i, text) {
    const style = `display: inline-grid; justify-items: center; width: ${side + 34}px`;
    return make("span", {style, class: "card", "data-number": i}, make("span", {role: "img", "aria-label": names[i], style: `${part(i)} display: block`}), make("span", {class: "small"}, names[i]), make("span", {class: "small"}, text));
  }
  function draw() {
    const near = nearest();
    all.forEach((one, i) => {
      one.style.outline = i === query ? `3px solid ${colours.frame}` : "none";
      one.setAttribute("aria-pressed", String(i === query));
    });
    below.replaceChildren(card(query, ""), ...near.map((i) => card(i, (similarities[depth][query][i] / 100).toFixed(2).replace("-", "−"))));
    told.textContent = fill(words.told, {name: names[query], same: near.filter((i) => kinds[i] === kinds[query]).length, shown: facts.shown, kind: kinds[query]});
  }

  const which = choice(words.depth, depths, (name) => { depth = depths.indexOf(name); draw(); });
  draw();
  const grid = `display: grid; grid-template-columns: repeat(auto-fill, ${side + 4}px); gap: 4px; max-width: ${across * (side + 8)}px`;
  return [make("div", {style: `--sprite: url(${facts.sprite})`}, make("div", {class: "row small"}, words.hint), make("div", {style: grid, role: "group", "aria-label": words.pictures}, ...all),
    make("div", {class: "row"}, which), below, make("div", {class: "row"}, told))];
}
