// A picture of numbers and its pooling: the window of the chosen result is framed, and the picture can be moved.
function start(facts) {
  const {words, colours} = facts, unit = 34, gap = 60, top = 24;
  let size = facts.size, stride = facts.stride, shift = 0, kind = words.max, at = [0, 0];
  const drawing = make("div"), told = make("output", {"aria-live": "polite"});
  const highest = Math.max(...facts.image.flat());

  const moved = () => facts.image.map((row) => row.map((_, j) => j < shift ? 0 : row[j - shift]));
  function pool(image) {
    const places = (side) => Math.floor((side - size) / stride) + 1;
    return Array.from({length: places(image.length)}, (_, i) => Array.from({length: places(image[0].length)}, (_, j) => {
      const window = image.slice(i * stride, i * stride + size).flatMap((row) => row.slice(j * stride, j * stride + size));
      return kind === words.max ? Math.max(...window) : window.reduce((a, b) => a + b) / window.length;
    }));
  }

  function square(value, i, j, left, options = {}) {
    const colour = mixed(colours.blues, value / highest);
    return make("g", options,
      make("rect", {x: left + j * unit, y: top + i * unit, width: unit, height: unit, fill: css(colour), stroke: colours.ink, "stroke-width": 0.5}),
      make("text", {x: left + (j + 0.5) * unit, y: top + (i + 0.62) * unit, "text-anchor": "middle", style: `fill: ${inkOn(colour)}`}, shown(value)));
  }
  const frame = (left, i, j, side) => make("rect", {class: "frame", x: left + j * unit, y: top + i * unit, width: side * unit, height: side * unit, fill: "none", stroke: colours.frame, "stroke-width": 4});

  function draw(focus) {
    const image = moved(), result = pool(image), before = pool(facts.image);
    at = [Math.min(at[0], result.length - 1), Math.min(at[1], result[0].length - 1)];
    const [i, j] = at, right = image[0].length * unit + gap;
    const go = (row, column) => { at = [Math.min(Math.max(row, 0), result.length - 1), Math.min(Math.max(column, 0), result[0].length - 1)]; draw(true); };
    const squares = result.flatMap((row, a) => row.map((value, b) => square(value, a, b, right, {
      class: "result", role: "button", tabindex: a === i && b === j ? 0 : -1, style: "cursor: pointer",
      "aria-label": `${fill(words.result, {row: a + 1, column: b + 1})}: ${shown(value)}`,
      onclick: () => go(a, b),
      onkeydown: (event) => {
        const by = {ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]}[event.key];
        if (!by) return;
        event.preventDefault();
        go(i + by[0], j + by[1]);
      }})));
    const wide = right + result[0].length * unit + 6;
    drawing.replaceChildren(make("svg", {viewBox: `-3 0 ${wide + 6} ${top + image.length * unit + 4}`, width: wide + 6},
      make("text", {x: 0, y: 15}, words.input), make("text", {x: right, y: 15}, kind),
      ...image.flatMap((row, a) => row.map((value, b) => square(value, a, b, 0))), ...squares,
      frame(0, i * stride, j * stride, size), frame(right, i, j, 1)));
    if (focus) drawing.querySelector('.result[tabindex="0"]').focus();
    const values = image.slice(i * stride, i * stride + size).flatMap((row) => row.slice(j * stride, j * stride + size));
    const changed = result.flat().filter((value, k) => value !== before.flat()[k]).length;
    told.textContent = fill(words.told, {values: values.map(shown).join(", "), result: shown(result[i][j]), changed, count: result.flat().length});
  }

  const tools = make("div", {class: "row"},
    choice(words.kind, [words.max, words.average], (name) => { kind = name; draw(); }),
    slider(words.size, 1, 3, size, (value) => { size = value; draw(); }),
    slider(words.stride, 1, 3, stride, (value) => { stride = value; draw(); }),
    slider(words.shift, 0, facts.furthest, 0, (value) => { shift = value; draw(); }));
  draw();
  return [tools, drawing, make("div", {class: "row"}, told)];
}
