// Logits with their probabilities, and the gradient of the loss for the class that is the true one.
function start(facts) {
  const {words, colours, names} = facts, logits = [...facts.logits];
  const left = 110, wide = 200, gap = 40, row = 34, top = 24;
  let right = facts.right;
  const drawing = make("div"), told = make("output", {"aria-live": "polite"});

  function draw() {
    const most = Math.max(...logits), powers = logits.map((logit) => Math.exp(logit - most));
    const sum = powers.reduce((a, b) => a + b), chances = powers.map((power) => power / sum);
    const second = left + wide + gap, zero = second + wide / 2;
    const parts = [make("text", {x: left, y: 15}, words.chances), make("text", {x: second, y: 15}, words.slopes)];
    names.forEach((name, k) => {
      const slope = chances[k] - (k === right), y = top + k * row, long = Math.abs(slope) * wide / 2;
      parts.push(make("text", {x: left - 8, y: y + 20, "text-anchor": "end", "font-weight": k === right ? "bold" : "normal"}, name),
        make("rect", {class: "chance", x: left, y: y + 3, width: Math.max(1, wide * chances[k]), height: row - 10, fill: colours.blues[2]}),
        make("text", {class: "small", x: left + wide * chances[k] + 5, y: y + 20}, chances[k].toFixed(3)),
        make("rect", {class: "slope", x: slope < 0 ? zero - long : zero, y: y + 3, width: Math.max(1, long), height: row - 10, fill: colours.frame}),
        make("text", {class: "small slopes", x: second + wide + 10, y: y + 20}, slope.toFixed(3).replace("-", "−")));
    });
    const tall = top + names.length * row;
    parts.push(make("path", {d: `M${zero} ${top}V${tall}`, stroke: colours.ink}));
    drawing.replaceChildren(make("svg", {viewBox: `0 0 ${second + wide + 70} ${tall + 4}`, width: second + wide + 70}, ...parts));
    // from the logits at once, so that it is never cut off
    told.textContent = fill(words.told, {loss: (most + Math.log(sum) - logits[right]).toFixed(3)});
  }

  const sliders = names.map((name, k) => slider(fill(words.logit, {name}), -10 * facts.highest, 10 * facts.highest, Math.round(10 * logits[k]),
    (value) => { logits[k] = value / 10; draw(); }));
  const truth = choice(words.right, names, (name) => { right = names.indexOf(name); draw(); });
  truth.querySelector("select").selectedIndex = right;
  draw();
  return [make("div", {class: "row"}, ...sliders), make("div", {class: "row"}, truth), drawing, make("div", {class: "row"}, told)];
}
