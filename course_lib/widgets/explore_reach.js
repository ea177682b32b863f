// Layers one behind the other: choose a unit anywhere and see which units before it, down to the input, it depends on.
function start(facts) {
  const {words, colours} = facts;
  const layers = facts.layers.map((layer) => ({...layer}));
  const bytes = facts.image && Uint8Array.from(atob(facts.image), (letter) => letter.charCodeAt(0));
  const box = 190, above = 40, gap = 34;
  let chosen = {level: layers.length, row: -1, column: -1};
  const told = make("output", {"aria-live": "polite"}), drawing = make("div");

  const sides = () => layers.reduce((found, {kernel, stride, padding}) =>
    [...found, Math.floor((found[found.length - 1] - kernel + 2 * padding) / stride) + 1], [facts.side]);

  // The units [from, to] of each level that the chosen one depends on, along one axis; ends may lie in the padding.
  function windows(level, place) {
    const found = {[level]: [place, place]};
    for (let l = level; l > 0; l--) {
      const {kernel, stride, padding} = layers[l - 1], [from, to] = found[l];
      found[l - 1] = [from * stride - padding, to * stride - padding + kernel - 1];
    }
    return found;
  }

  let all = [], sheets = [];

  function choose(level, row, column) {
    const inside = (place) => Math.min(Math.max(place, 0), all[level] - 1);
    chosen = {level, row: inside(row), column: inside(column)};
    mark();
  }

  // What lies under the marks: the picture, or the lines between the units.
  function ground(l, side) {
    const unit = box / side, lines = Array.from({length: side + 1}, (_, i) => `M0 ${i * unit}H${box}M${i * unit} 0V${box}`);
    const parts = [make("path", {d: lines.join(""), fill: "none", stroke: colours.ink, "stroke-width": side > 20 ? 0.3 : 0.7})];
    if (l === 0 && bytes) {
      for (let i = 0; i < side; i++) for (let j = 0; j < side; j++) {
        const grey = bytes[i * side + j];
        parts.unshift(make("rect", {x: j * unit, y: i * unit, width: unit + 0.3, height: unit + 0.3, fill: `rgb(${grey}, ${grey}, ${grey})`}));
      }
    }
    return parts;
  }

  function sheet(l, side) {
    const marks = make("g", {style: "pointer-events: none"}), x = 4 + l * (box + gap);
    const at = (event) => {
      const edges = field.getBoundingClientRect();
      choose(l, Math.floor((event.clientY - edges.top) / edges.height * side), Math.floor((event.clientX - edges.left) / edges.width * side));
    };
    const by = {ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]};
    const field = make("rect", {class: "touch", "data-level": l, width: box, height: box, tabindex: 0, role: "button", fill: "transparent",
      style: "cursor: crosshair; touch-action: none", "aria-label": fill(words.sheet, {name: names(l), side}), onpointerdown: at,
      onpointermove: (event) => { if (event.pointerType === "mouse" || event.buttons) at(event); },
      onkeydown: (event) => {
        if (!by[event.key]) return;
        event.preventDefault();
        const middle = Math.floor(side / 2), from = chosen.level === l ? chosen : {row: middle, column: middle};
        choose(l, from.row + by[event.key][0], from.column + by[event.key][1]);
      }});
    const heads = [names(l), `${side}×${side}`].map((text, i) => make("text", {x, y: 14 + 18 * i}, text));
    return {marks, drawn: [...heads, make("g", {transform: `translate(${x}, ${above})`}, ...ground(l, side), marks, field)]};
  }

  function mark() {
    const {level, row, column} = chosen, down = windows(level, row), across = windows(level, column);
    sheets.forEach(({marks}, l) => {
      marks.replaceChildren();
      if (l > level) return;
      const unit = box / all[l], clip = ([from, to]) => [Math.max(from, 0), Math.min(to, all[l] - 1)];
      const [top, bottom] = clip(down[l]), [left, right] = clip(across[l]);
      // a unit at the edge may see nothing but padding
      if (bottom < top || right < left) return;
      marks.append(make("rect", {class: "window", x: left * unit, y: top * unit, width: (right - left + 1) * unit,
        height: (bottom - top + 1) * unit, fill: l ? colours.blues[2] : colours.frame, "fill-opacity": l ? 0.6 : 0.25,
        stroke: colours.frame, "stroke-width": 3}));
    });
    const reach = down[0][1] - down[0][0] + 1;
    told.textContent = fill(words.sees, {name: names(level), row, column, reach});
  }

  function draw() {
    all = sides();
    if (all.some((side) => side < 1)) {
      told.textContent = words.empty;
      drawing.replaceChildren();
      return;
    }
    sheets = all.map((side, l) => sheet(l, side));
    const width = all.length * (box + gap), parts = sheets.flatMap(({drawn}) => drawn);
    drawing.replaceChildren(make("svg", {viewBox: `0 0 ${width} ${above + box + 4}`, width}, ...parts));
    const middle = Math.floor(all[chosen.level] / 2);
    if (chosen.row < 0) chosen.row = chosen.column = middle;
    choose(chosen.level, chosen.row, chosen.column);
  }

  const names = (l) => (l ? layers[l - 1].name : words.input);
  const number = (layer, key, low) => {
    const field = make("input", {type: "number", min: low, max: 11, value: layer[key], "aria-label": `${layer.name}: ${words[key]}`, oninput: () => {
      layer[key] = Math.max(low, Math.round(field.valueAsNumber) || low);
      draw();
    }});
    return make("label", {}, words[key], field);
  };
  const settings = layers.map((layer) => make("div", {class: "row"}, make("b", {}, layer.name),
    number(layer, "kernel", 1), number(layer, "stride", 1), number(layer, "padding", 0)));
  draw();
  return [make("div", {class: "row"}, told), drawing, ...settings];
}
