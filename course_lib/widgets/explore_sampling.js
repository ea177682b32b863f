// A wave, the pixels that sample it, and the slowest wave that fits these samples.
function start(facts) {
  const {words, colours, pixels} = facts;
  const wide = 40, high = 150, middle = high / 2, reach = 55;
  let waves = facts.waves, moved = 0, averaged = false;
  const told = make("output", {"aria-live": "polite"});
  const share = (phase) => Math.cos(2 * Math.PI * phase);
  const sinc = (x) => (x ? Math.sin(Math.PI * x) / (Math.PI * x) : 1);
  // what a pixel gives: the wave at its middle, or its mean over the pixel, which is the wave made weaker
  const sample = (i) => (averaged ? sinc(waves / pixels) : 1) * share(waves * (i + 0.5 + moved) / pixels);
  const line = (of) => Array.from({length: 24 * pixels + 1}, (_, k) => [k * wide / 24, middle - reach * of(k / 24)])
    .map(([x, y], k) => `${k ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  const curve = make("path", {fill: "none", stroke: colours.ink, "stroke-width": 1.5});
  const seen = make("path", {class: "seen", fill: "none", stroke: colours.frame, "stroke-width": 3, "stroke-dasharray": "7 5"});
  const dots = make("g"), squares = make("g", {transform: `translate(0, ${high + 6})`});
  const drawing = make("svg", {viewBox: `-2 0 ${pixels * wide + 4} ${high + 42}`, width: pixels * wide + 4, role: "img", "aria-label": facts.alt},
    curve, seen, dots, squares);

  function draw() {
    const folded = waves > pixels / 2 ? pixels - waves : waves, sign = waves > pixels / 2 ? -1 : 1;
    const weak = averaged ? sinc(waves / pixels) : 1;
    curve.setAttribute("d", line((x) => share(waves * (x + moved) / pixels)));
    // between the samples; the shift of a wave that has been folded goes the other way
    seen.setAttribute("d", line((x) => weak * share((folded * (x - 0.5) + sign * waves * (0.5 + moved)) / pixels)));
    const each = Array.from({length: pixels}, (_, i) => sample(i));
    dots.replaceChildren(...each.map((value, i) => make("rect", {x: (i + 0.5) * wide - 5, y: middle - reach * value - 5, width: 10, height: 10,
      fill: colours.signed[0]})));
    squares.replaceChildren(...each.map((value, i) => make("rect", {x: i * wide, width: wide, height: 30,
      fill: css(mixed(["#000000", "#ffffff"], (value + 1) / 2))})));
    told.textContent = fill(2 * waves === pixels ? words.half : waves > pixels / 2 ? words.folded : words.kept, {waves, seen: folded, pixels});
  }
  const speed = slider(words.waves, 1, pixels - 1, waves, (value) => { waves = value; draw(); });
  const shift = slider(words.shift, 0, 10, 0, (value) => { moved = value / 10; draw(); });
  const mean = make("input", {type: "checkbox", "aria-label": words.mean, onchange: () => { averaged = mean.checked; draw(); }});
  draw();
  return [make("div", {class: "row"}, speed, shift, make("label", {}, mean, words.mean)), make("div", {class: "row"}, told), drawing,
    make("div", {class: "row small"}, words.hint)];
}
