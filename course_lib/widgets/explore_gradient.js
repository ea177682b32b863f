// One unit that carries a number on: its states, and what is left of the last state's gradient at each step before.
function start(facts) {
  const {words, colours, inputs} = facts, [least, most] = facts.powers;
  const left = 56, wide = 520, tall = 130, gap = 46, top = 24;
  const told = make("output", {"aria-live": "polite"}), drawing = make("div");
  let weight = facts.weight, steps = facts.steps, linear = false;

  function run() {
    const states = [];
    let state = 0;
    for (let t = 0; t < steps; t++) {
      state = weight * state + inputs[t % inputs.length];
      if (!linear) state = Math.tanh(state);
      states.push(state);
    }
    // from the last step back: times the weight and the slope at each
    const sizes = Array(steps).fill(1);
    for (let t = steps - 1; t > 0; t--) sizes[t - 1] = sizes[t] * Math.abs(weight) * (linear ? 1 : 1 - states[t] ** 2);
    return {states, sizes};
  }

  function draw() {
    const {states, sizes} = run(), parts = [], each = wide / steps, low = top + tall + gap;
    const highest = Math.max(1, ...states.map(Math.abs)), middle = top + tall / 2;
    parts.push(make("text", {x: left, y: 14}, words.states), make("text", {x: left, y: low - 8}, words.gradient));
    parts.push(make("path", {d: `M${left} ${middle}H${left + wide}`, stroke: colours.ink, fill: "none"}));
    states.forEach((state, t) => {
      const high = Math.abs(state) / highest * tall / 2;
      parts.push(make("rect", {class: "state", x: left + t * each + 1, y: state > 0 ? middle - high : middle, width: Math.max(1, each - 2), height: high, fill: colours.signed[0]}));
    });
    const at = (size) => low + (most - Math.min(most, Math.max(least, Math.log10(size)))) / (most - least) * tall;
    for (let power = most; power >= least; power -= 6) {
      parts.push(make("path", {d: `M${left} ${at(10 ** power)}H${left + wide}`, stroke: colours.ink, fill: "none", opacity: power ? 0.3 : 1}));
      parts.push(make("text", {class: "small", x: left - 6, y: at(10 ** power) + 4, "text-anchor": "end"}, power ? `1e${power}` : "1"));
    }
    const line = sizes.map((size, t) => `${t ? "L" : "M"}${left + (t + 0.5) * each} ${at(size)}`).join("");
    parts.push(make("path", {class: "gradient", d: line, fill: "none", stroke: colours.frame, "stroke-width": 3}));
    parts.push(make("text", {class: "small", x: left + wide, y: low + tall + 18, "text-anchor": "end"}, words.time));
    drawing.replaceChildren(make("svg", {viewBox: `0 0 ${left + wide + 10} ${low + tall + 26}`, width: left + wide + 10}, ...parts));
    told.textContent = fill(words.told, {weight: shown(weight), steps, left: sizes[0].toExponential(1).replace("-", "−")});
  }

  const tools = make("div", {class: "row"},
    slider(words.weight, 0, 100 * facts.heaviest, Math.round(100 * weight), (value) => { weight = value / 100; draw(); }),
    slider(words.steps, 2, facts.longest, steps, (value) => { steps = value; draw(); }),
    choice(words.activation, ["tanh", words.none], (name) => { linear = name !== "tanh"; draw(); }));
  draw();
  return [tools, drawing, make("div", {class: "row"}, told)];
}
