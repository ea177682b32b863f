// Recorded runs of fine-tuning: their curves at the rate and in the order that are chosen.
function start(facts) {
  const {words, colours, orders, rates, runs, shades} = facts;
  const wide = 250, tall = 170, top = 24, lefts = [46, 46 + 250 + 76];
  const drawing = make("div"), told = make("output", {"aria-live": "polite"});
  let rate = facts.rate, order = 0;

  function panel(left, title, high, ticks) {
    const base = top + tall, parts = [make("text", {x: left, y: 14}, title)];
    parts.push(make("path", {d: `M${left} ${top}V${base}H${left + wide}`, stroke: colours.ink, fill: "none"}));
    for (const tick of ticks) {
      parts.push(make("text", {class: "small", x: left - 5, y: base - tall * tick / high + 4, "text-anchor": "end"}, shown(tick)));
    }
    const last = runs[0][0].train.length - 1;
    for (const epoch of [0, last]) {
      parts.push(make("text", {class: "small", x: left + wide * epoch / last, y: base + 16, "text-anchor": "middle"}, String(epoch)));
    }
    parts.push(make("text", {class: "small", x: left + wide / 2, y: base + 16, "text-anchor": "middle"}, words.epochs));
    return parts;
  }
  function line(values, left, high, shade, pale) {
    const at = (value, i) => `${i ? "L" : "M"}${(left + wide * i / (values.length - 1)).toFixed(1)} ${(top + tall * (1 - value / high)).toFixed(1)}`;
    return make("path", {class: pale ? "pale" : "curve", d: values.map(at).join(""), fill: "none", stroke: shade, "stroke-width": pale ? 2 : 3, opacity: pale ? 0.35 : 1});
  }

  function draw() {
    const high = 1.05 * facts.farthest, [left, right] = lefts, parts = [...panel(left, words.accuracy, 103, [0, 50, 100]), ...panel(right, words.moved, high, (high > 1.6 ? [0, 1, 2, 3] : [0, 0.5, 1]).filter((tick) => tick <= high))];
    // the chosen order is drawn last, so that it lies above
    const others = orders.map((_, i) => i).filter((i) => i !== order);
    for (const i of [...others, order]) {
      const run = runs[i][rate], pale = i !== order;
      parts.push(line(run.train, left, 103, shades[0], pale), line(run.validation, left, 103, shades[1], pale), line(run.moved, right, high, shades[2], pale));
    }
    ["train", "validation"].forEach((name, i) => parts.push(
      make("text", {class: "small", x: left + wide - 4, y: top + tall - 26 + 16 * i, "text-anchor": "end", style: `fill: ${shades[i]}`}, words[name])));
    const width = lefts[1] + wide + 10;
    drawing.replaceChildren(make("svg", {viewBox: `0 0 ${width} ${top + tall + 24}`, width}, ...parts));
    const run = runs[order][rate], end = (values) => values[values.length - 1];
    told.textContent = fill(words.told, {test: run.test.toFixed(1), moved: end(run.moved).toFixed(2), kept: end(run.kept), asked: facts.asked});
    place.querySelector("output").textContent = rates[rate];
    place.querySelector("input").setAttribute("aria-valuetext", rates[rate]);
  }

  // the slider counts the recorded rates; what it shows and says is the rate itself
  const place = slider(words.rate, 1, rates.length, rate + 1, (value) => { rate = value - 1; draw(); });
  const which = choice(words.order, orders, (name) => { order = orders.indexOf(name); draw(); });
  draw();
  return [make("div", {class: "row"}, place, which), drawing, make("div", {class: "row"}, told), make("div", {class: "row small"}, words.hint)];
}
