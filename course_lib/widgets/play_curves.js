// Curves that change from frame to frame, which can be played, stopped and stepped.
function start(facts) {
  const {words, colours, names, curves, x, low, high} = facts;
  const left = 44, wide = 500, tall = 220, top = 12;
  let now = facts.first;
  const drawing = make("div"), told = make("output", {"aria-live": "polite"});
  const across = (value) => left + wide * (value - x[0]) / (x[x.length - 1] - x[0]);
  const up = (value) => top + tall * (1 - (Math.min(Math.max(value, low), high) - low) / (high - low));

  function draw() {
    const base = top + tall, parts = [make("path", {d: `M${left} ${top}V${base}H${left + wide}`, stroke: colours.ink, fill: "none"})];
    for (let i = 0; i <= 4; i++) {
      const value = low + (high - low) * i / 4, place = x[0] + (x[x.length - 1] - x[0]) * i / 4;
      parts.push(make("text", {class: "small", x: left - 5, y: up(value) + 4, "text-anchor": "end"}, shown(value)),
        make("text", {class: "small", x: across(place), y: base + 15, "text-anchor": "middle"}, shown(place)));
    }
    curves.forEach((frames, i) => {
      const values = frames[frames.length === 1 ? 0 : now];
      const line = values.map((value, j) => `${j ? "L" : "M"}${across(x[j]).toFixed(1)} ${up(value).toFixed(1)}`).join("");
      parts.push(make("path", {class: "curve", d: line, fill: "none", stroke: facts.shades[i], "stroke-width": 2.5}),
        make("text", {class: "small", x: left + wide - 4, y: top + 14 + 16 * i, "text-anchor": "end", style: `fill: ${facts.shades[i]}`}, names[i]));
    });
    parts.push(make("text", {class: "small", x: left + wide, y: base + 32, "text-anchor": "end"}, facts.axes.x),
      make("text", {class: "small", x: left + 6, y: top + 10}, facts.axes.y));
    drawing.replaceChildren(make("svg", {viewBox: `0 0 ${left + wide + 16} ${base + 38}`, width: left + wide + 16}, ...parts));
    told.textContent = fill(words.told, {step: facts.steps[now]});
  }
  draw();
  return [make("div", {class: "row"}, ...player(words, facts.count, now, facts.seconds, (frame) => { now = frame; draw(); }), told), drawing];
}
