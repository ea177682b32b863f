// Words as pieces, after each merge; the piece that was made last stands out.
function start(facts) {
  const {words, colours} = facts;
  const table = make("div"), told = make("output", {"aria-live": "polite"}), next = make("div", {class: "row small pairs"});

  function show(step) {
    const last = step ? facts.merged[step - 1].replace("+", "") : null;
    let count = 0;
    const rows = facts.words_split[step].map((pieces, i) => {
      count += pieces.length * facts.times[i];
      const boxes = pieces.map((piece) => make("span", {class: "piece",
        style: `border: 1px solid ${piece === last ? colours.frame : colours.ink}; border-radius: 3px; padding: 0 5px; margin-right: 3px; ` +
          `font-weight: ${piece === last ? "bold" : "normal"}`}, piece.replace(" ", "␣")));
      return make("div", {style: "margin: 3px 0"}, `${facts.times[i]}× `, ...boxes);
    });
    table.replaceChildren(...rows);
    told.textContent = step ? fill(words.told, {number: step, pair: facts.merged[step - 1], count}) : fill(words.none, {count});
    next.textContent = fill(words.next, {pairs: facts.pairs[step].map(([pair, often]) => `${pair} (${often})`).join(", ") || "–"});
  }
  const controls = player(words, facts.words_split.length, 0, 1, show);
  show(0);
  return [make("div", {class: "row"}, ...controls), make("div", {class: "row"}, told), table, next];
}
