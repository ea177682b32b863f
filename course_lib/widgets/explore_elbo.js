// A cloud of codes beside the prior and the true posterior, and the parts of the evidence lower bound as bars.
function start(facts) {
  const {words, colours, reach, count} = facts;
  const left = 10, wide = 380, tall = 190, top = 30, bars = left + wide + 150, long = 190, most = 6;
  let mean = facts.mean, spread = facts.spread;
  const drawing = make("div"), told = make("output", {"aria-live": "polite"});
  const grid = Array.from({length: count}, (_, i) => -reach + 2 * reach * i / (count - 1));
  const sum = (values) => values.reduce((a, b) => a + b, 0);
  const logDensity = (z, m, s) => -(((z - m) / s) ** 2) / 2 - Math.log(s) - Math.log(2 * Math.PI) / 2;
  // log(1 + e^t), where e^t is large, too
  const softplus = (t) => Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t)));
  const white = grid.map((z) => -softplus(-(facts.slope * z + facts.shift)));
  const prior = grid.map((z) => Math.exp(logDensity(z, 0, 1)));
  const evidence = Math.log(sum(prior.map((p, i) => p * Math.exp(white[i]))) / sum(prior));
  const posterior = prior.map((p, i) => p * Math.exp(white[i] - evidence));

  function parts() {
    const cloud = grid.map((z) => Math.exp(logDensity(z, mean, spread))), whole = sum(cloud);
    const explained = sum(cloud.map((q, i) => q * white[i])) / whole;
    const kl = (mean ** 2 + spread ** 2 - 1 - 2 * Math.log(spread)) / 2;
    return {cloud, explained, kl, bound: explained - kl};
  }

  function draw() {
    const {cloud, explained, kl, bound} = parts(), base = top + tall;
    const x = (z) => left + wide * (z + 4) / 8, y = (density) => base - tall * Math.min(density, 1.4) / 1.4;
    const line = (values) => grid.map((z, i) => [z, values[i]]).filter(([z]) => Math.abs(z) <= 4)
      .map(([z, value], i) => `${i ? "L" : "M"}${x(z)} ${y(value)}`).join("");
    const drawn = [make("path", {d: `M${left} ${base}H${left + wide}`, stroke: colours.ink, fill: "none"}),
      make("text", {class: "small", x: left + wide, y: base + 16, "text-anchor": "end"}, words.code)];
    const curves = [[words.prior, prior, colours.ink, "4 4"], [words.posterior, posterior, colours.signed[0], ""], [words.cloud, cloud, colours.frame, ""]];
    curves.forEach(([name, values, colour, dashes], i) => {
      drawn.push(make("path", {d: line(values), fill: "none", stroke: colour, "stroke-width": 2.5, "stroke-dasharray": dashes}),
        make("text", {class: "small", x: left + 4, y: 12 + 15 * i, style: `fill: ${colour}`}, name));
    });
    const rows = [[words.explained, explained, colours.blues[1]], [words.kl, -kl, colours.blues[1]], [words.bound, bound, colours.frame], [words.evidence, evidence, colours.signed[0]]];
    rows.forEach(([name, value, colour], i) => {
      const at = top + 46 * i, length = Math.min(-value, most) / most * long;
      drawn.push(make("text", {class: "small", x: bars - 8, y: at + 17, "text-anchor": "end"}, name),
        make("rect", {x: bars, y: at, width: Math.max(1, length), height: 24, fill: colour}),
        make("text", {class: "number", x: bars + length + 6, y: at + 17}, shown(Number(value.toFixed(2)))));
    });
    const whole = bars + long + 60;
    drawing.replaceChildren(make("svg", {viewBox: `0 0 ${whole} ${base + 24}`, width: whole}, ...drawn));
    told.textContent = fill(words.told, {bound: shown(Number(bound.toFixed(2))), evidence: shown(Number(evidence.toFixed(2))), gap: (evidence - bound).toFixed(3)});
  }

  const hundreds = (value) => Math.round(100 * value);
  const tools = make("div", {class: "row"},
    slider(words.mean, hundreds(facts.means[0]), hundreds(facts.means[1]), hundreds(mean), (value) => { mean = value / 100; draw(); }),
    slider(words.spread, hundreds(facts.spreads[0]), hundreds(facts.spreads[1]), hundreds(spread), (value) => { spread = value / 100; draw(); }));
  draw();
  return [tools, drawing, make("div", {class: "row"}, told)];
}
