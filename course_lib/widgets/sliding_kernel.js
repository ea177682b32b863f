// A kernel that lies on the picture and can be moved, stopped and changed.
function start(facts) {
  const {image, words, stride, padding, colours} = facts;
  const kernel = facts.kernel.map((row) => [...row]);
  const size = kernel.length, unit = 42, gap = 60, above = 24;
  const padded = framed(image, padding);
  let result = correlate(image, kernel, stride, padding), step = 0, clock = null;
  const rows = result.length, columns = result[0].length, last = rows * columns - 1;
  const shift = padded[0].length * unit + gap;
  const width = shift + columns * unit + 4, height = Math.max(padded.length, rows) * unit + above + 4;

  const square = (i, j, options) => make("rect", {x: j * unit, y: i * unit, width: unit, height: unit, stroke: colours.ink, ...options});
  const number = (i, j, text, options = {}) => make("text", {x: (j + 0.5) * unit, y: (i + 0.5) * unit + 4, "text-anchor": "middle", ...options}, text);
  const highest = Math.max(1, ...padded.flat().map(Math.abs)) * 1.4;
  const signed = padded.flat().some((value) => value < 0);
  const tone = (value, most, both) => (both ? mixed(colours.signed, 0.5 + value / (2 * most)) : mixed(colours.blues, value / most));

  const input = make("g", {transform: `translate(2, ${above})`});
  padded.forEach((row, i) => row.forEach((value, j) => {
    const frame = i < padding || j < padding || i >= padding + image.length || j >= padding + image[0].length;
    const rgb = tone(value, highest, signed);
    const look = frame ? {fill: "none", "stroke-dasharray": "3 3"} : {fill: css(rgb)};
    input.append(square(i, j, look), number(i, j, shown(value), frame ? {} : {style: `fill: ${inkOn(rgb)}`}));
  }));
  const lying = make("g", {class: "moves"});
  const map = make("g", {transform: `translate(${shift}, ${above})`});
  const sums = make("output", {"aria-live": "polite"});
  const name = (x, text) => make("text", {x, y: 15}, text);
  const drawing = make("svg", {viewBox: `0 0 ${width} ${height}`, width, role: "img", "aria-label": facts.alt},
    name(2, words.input), name(shift, words.map), input, map);
  input.append(lying);

  function layKernel() {
    lying.replaceChildren(...kernel.flatMap((row, m) => row.flatMap((weight, n) => {
      const text = `×${shown(weight)}`, wide = 7 * text.length + 4;
      const x = (n + 1) * unit - wide - 1, y = (m + 1) * unit - 14;
      return [make("rect", {x, y, width: wide, height: 13, fill: "#ffe3cc"}),
        make("text", {x: x + wide / 2, y: y + 11, "text-anchor": "middle", style: "font-size: 11px; fill: black"}, text)];
    })), make("rect", {width: size * unit, height: size * unit, fill: "none", stroke: colours.frame, "stroke-width": 4}));
  }

  function draw() {
    const row = Math.floor(step / columns), column = step % columns;
    lying.setAttribute("style", `transform: translate(${column * stride * unit}px, ${row * stride * unit}px)`);
    const most = Math.max(1, ...result.flat().map(Math.abs)) * 1.4, both = result.flat().some((value) => value < 0);
    map.replaceChildren(...result.flatMap((line, i) => line.flatMap((value, j) => {
      const place = i * columns + j, rgb = tone(value, most, both);
      const jump = {onpointerdown: () => go(place), style: "cursor: pointer; pointer-events: all"};
      const parts = [square(i, j, {fill: place <= step ? css(rgb) : "none", ...jump})];
      if (place <= step) parts.push(number(i, j, shown(value), {style: `fill: ${inkOn(rgb)}; pointer-events: none`}));
      return parts;
    })), square(row, column, {fill: "none", style: `stroke: ${colours.frame}; stroke-width: 4; pointer-events: none`}));
    const terms = kernel.flatMap((line, m) => line.flatMap((weight, n) => (weight === 0 ? [] : [
      `${shown(padded[row * stride + m][column * stride + n])}·${weight < 0 ? `(${shown(weight)})` : shown(weight)}`])));
    sums.textContent = `${terms.join(" + ") || "0"} = ${shown(result[row][column])}`;
    where.set(step + 1);
  }

  function stop() {
    clearInterval(clock);
    clock = null;
    play.textContent = "▶";
    play.title = words.play;
    play.setAttribute("aria-label", words.play);
  }

  function go(to) {
    stop();
    step = Math.min(Math.max(to, 0), last);
    draw();
  }

  // once through, then it stops
  function run() {
    if (clock) return stop();
    if (step === last) step = -1;
    const forward = () => {
      step += 1;
      draw();
      if (step >= last) stop();
    };
    play.textContent = "■";
    play.title = words.stop;
    play.setAttribute("aria-label", words.stop);
    clock = setInterval(forward, 1000 * facts.seconds);
    forward();
  }

  const where = slider(words.place, 1, last + 1, 1, (now) => go(now - 1));
  const play = button("▶", words.play, run);
  const bar = make("div", {class: "row"}, button("|◀", words.first, () => go(0)), button("◀", words.back, () => go(step - 1)),
    play, button("▶|", words.forward, () => go(step + 1)), where);
  const fields = weights(words.weight, kernel, () => {
    result = correlate(image, kernel, stride, padding);
    layKernel();
    draw();
  });
  layKernel();
  draw();
  return [bar, make("div", {class: "row top"}, drawing, make("div", {}, make("div", {}, words.kernel), fields)),
    make("div", {class: "row"}, sums)];
}
