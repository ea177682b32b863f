// A stack of blocks w tanh(x), plain and with x added: what comes out, and what is left of the gradient at each block.
function start(facts) {
  const {words, colours, reach} = facts, [least, most] = facts.powers;
  const left = 44, wide = 270, tall = 190, top = 26, second = left + wide + 80, base = top + tall;
  const kinds = [{name: "plain", shortcut: 0, colour: colours.signed[0]}, {name: "residual", shortcut: 1, colour: colours.frame}];
  let {weight, depth} = facts, input = facts.start, seen = kinds;
  const drawing = make("div"), told = make("output", {"aria-live": "polite"});

  // what comes out, and the slopes from the input on to the output itself
  function stacked(x, shortcut) {
    const factors = [];
    for (let block = 0; block < depth; block++) {
      const branch = Math.tanh(x);
      factors.push(shortcut + weight * (1 - branch ** 2));
      x = shortcut * x + weight * branch;
    }
    const slopes = Array(depth + 1).fill(1);
    for (let block = depth; block > 0; block--) slopes[block - 1] = slopes[block] * factors[block - 1];
    return {out: x, slopes};
  }

  function draw() {
    const grid = Array.from({length: 81}, (_, i) => -reach + reach * i / 40), parts = [];
    const curves = seen.map((kind) => ({...kind, ...stacked(input, kind.shortcut), outs: grid.map((x) => stacked(x, kind.shortcut).out)}));
    const highest = Math.max(reach, ...curves.flatMap(({outs}) => outs.map(Math.abs)));
    const across = (x) => left + wide * (x + reach) / (2 * reach), up = (y) => top + tall * (1 - y / highest) / 2;
    const along = (block) => second + wide * block / depth;
    const at = (slope) => top + (most - Math.min(most, Math.max(least, Math.log10(Math.abs(slope))))) / (most - least) * tall;
    const small = (x, y, text, end = "end") => make("text", {class: "small", x, y, "text-anchor": end}, text);
    const rule = (d, opacity = 1) => make("path", {d, stroke: colours.ink, fill: "none", opacity});
    parts.push(make("text", {x: left, y: 14}, words.out), make("text", {x: second, y: 14}, words.gradient));
    parts.push(rule(`M${left} ${up(0)}H${left + wide}`), rule(`M${across(input)} ${top}V${base}`, 0.5));
    for (const y of [-highest, 0, highest]) parts.push(small(left - 6, up(y) + 4, shown(Number(y.toPrecision(2)))));
    for (const x of [-reach, 0, reach]) parts.push(small(across(x), base + 16, shown(x), "middle"));
    parts.push(small(left + wide, base + 32, words.input), small(second + wide, base + 32, words.block));
    for (let power = most; power >= least; power -= 6) {
      parts.push(rule(`M${second} ${at(10 ** power)}H${second + wide}`, power ? 0.3 : 1), small(second - 6, at(10 ** power) + 4, power ? `1e${power}` : "1"));
    }
    for (const block of [0, depth]) parts.push(small(along(block), base + 16, String(block), "middle"));
    const line = (values, x, y) => values.map((value, i) => `${i ? "L" : "M"}${x(i)} ${y(value)}`).join("");
    for (const {name, colour, outs, slopes, out} of curves) {
      const look = {fill: "none", stroke: colour, "stroke-width": 3};
      parts.push(make("path", {...look, class: `out ${name}`, d: line(outs, (i) => across(grid[i]), up)}));
      parts.push(make("rect", {x: across(input) - 4, y: up(out) - 4, width: 8, height: 8, fill: colour}));
      parts.push(make("path", {...look, class: `slopes ${name}`, d: line(slopes, along, at)}));
    }
    drawing.replaceChildren(make("svg", {viewBox: `0 0 ${second + wide + 20} ${base + 38}`, width: second + wide + 20}, ...parts));
    const small_or = (slope) => (Math.abs(slope) < 0.001 && slope ? slope.toExponential(1).replace(/-/g, "−") : shown(slope));
    told.replaceChildren(...curves.map(({name, colour, out, slopes}) => {
      const said = make("div", {class: name}, make("span", {style: `color: ${colour}`, "aria-hidden": "true"}, "■ "));
      said.append(fill(words[name], {out: small_or(out), left: small_or(slopes[0])}));
      return said;
    }));
  }

  const hundreds = (value) => Math.round(100 * value);
  const tools = make("div", {class: "row"},
    slider(words.weight, hundreds(facts.weights[0]), hundreds(facts.weights[1]), hundreds(weight), (value) => { weight = value / 100; draw(); }),
    slider(words.depth, 1, facts.deepest, depth, (value) => { depth = value; draw(); }),
    slider(words.start, hundreds(-reach), hundreds(reach), hundreds(input), (value) => { input = value / 100; draw(); }),
    choice(words.shortcut, words.kinds, (name) => {
      const kind = words.kinds.indexOf(name);
      seen = kind ? [kinds[kind - 1]] : kinds;
      draw();
    }));
  draw();
  return [tools, drawing, make("div", {class: "row"}, told)];
}
