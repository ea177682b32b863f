// A ranked list, one entry after the other: which are right, precision and recall so far, and the area below the best.
function start(facts) {
  const {words, colours, scores, right, hues, objects} = facts;
  const side = 260, gap = 44, low = 24, list = 220, row = Math.min(34, side / scores.length);
  const hue = (i) => hues[right[i]];
  const told = make("output", {"aria-live": "polite"}), drawing = make("div");
  const across = (recall) => list + gap + recall * side, up = (precision) => low + (1 - precision) * side;

  // precision and recall after each of the first n
  function path(n) {
    let hits = 0;
    return Array.from({length: n}, (_, i) => { hits += right[i]; return {precision: hits / (i + 1), recall: hits / objects, hits}; });
  }

  function draw(n) {
    const points = path(n), parts = [];
    parts.push(make("path", {d: `M${list + gap} ${low}V${low + side}H${list + gap + side}`, fill: "none", stroke: colours.ink}));
    parts.push(make("text", {x: list + gap, y: 14}, words.precision), make("text", {x: list + gap + side - 50, y: low + side + 18}, words.recall));
    // the best precision at this recall or a higher one, read off at 101 recalls
    let line = "";
    for (let r = 0; r <= 100; r++) {
      const best = Math.max(0, ...points.filter(({recall}) => recall >= r / 100 - 1e-9).map(({precision}) => precision));
      line += `${r ? "L" : "M"}${across(r / 100)} ${up(best)}`;
    }
    parts.push(make("path", {d: `${line}V${up(0)}H${across(0)}Z`, fill: colours.signed[0], "fill-opacity": 0.2, stroke: colours.signed[0], "stroke-dasharray": "4 3"}));
    scores.forEach((score, i) => {
      parts.push(make("rect", {class: "entry", x: 24, y: low + i * row + 2, width: Math.max(4, score * (list - 30)), height: row - 6, fill: hue(i), opacity: i < n ? 1 : 0.2}));
      parts.push(make("text", {x: 2, y: low + i * row + row / 2 + 4}, String(i + 1)));
    });
    points.forEach(({precision, recall}, i) => {
      const [r, g, b] = [across(recall), up(precision), i === n - 1 ? 10 : 7];
      parts.push(make("path", {class: "point", d: `M${r - b} ${g}a${b} ${b} 0 1 0 ${2 * b} 0a${b} ${b} 0 1 0 ${-2 * b} 0`, fill: hue(i)}));
      parts.push(make("text", {class: "small", x: r, y: g + 4, "text-anchor": "middle", style: "fill: white"}, String(i + 1)));
    });
    const width = list + gap + side + 20, height = low + side + 26;
    drawing.replaceChildren(make("svg", {viewBox: `0 0 ${width} ${height}`, width}, ...parts));
    const last = points[n - 1];
    told.textContent = fill(words.told, {n, hits: last.hits, objects, precision: last.precision.toFixed(2), recall: last.recall.toFixed(2)});
  }

  draw(1);
  return [make("div", {class: "row"}, slider(words.entries, 1, scores.length, 1, draw)), drawing, make("div", {class: "row"}, told)];
}
