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

  function choose(level, row, column, all) {
    const inside = (place) => Math.min(Math.max(place, 0), all[level] - 1);
    chosen = {level, row: inside(row), column: inside(column)};
    draw();
  }

  function draw() {
    const all = sides();
    if (all.some((side) => side < 1)) {
      told.textContent = words.empty;
      drawing.replaceChildren();
      return;
    }
    if (chosen.row < 0 || chosen.row >= all[chosen.level] || chosen.column >= all[chosen.level]) {
      chosen.row = chosen.column = Math.floor(all[chosen.level] / 2);
    }
    const {level, row, column} = chosen, down = windows(level, row), across = windows(level, column);
    const sheets = all.map((side, l) => {
      const unit = box / side, sheet = make("g", {transform: `translate(${4 + l * (box + gap)}, ${above})`});
      const clip = ([from, to]) => [Math.max(from, 0), Math.min(to, side - 1)];
      for (let i = 0; i < side; i++) for (let j = 0; j < side; j++) {
        const seen = l <= level && i >= down[l][0] && i <= down[l][1] && j >= across[l][0] && j <= across[l][1];
        const grey = l === 0 && bytes ? bytes[i * side + j] : null;
        const ground = grey === null ? "none" : `rgb(${grey}, ${grey}, ${grey})`;
        sheet.append(make("rect", {x: j * unit, y: i * unit, width: unit, height: unit, fill: seen && grey === null ? colours.blues[1] : ground,
          stroke: colours.ink, "stroke-width": side > 20 ? 0.3 : 0.7}));
      }
      if (l <= level) {
        const [top, bottom] = clip(down[l]), [left, right] = clip(across[l]);
        if (bottom >= top && right >= left) {
          sheet.append(make("rect", {x: left * unit, y: top * unit, width: (right - left + 1) * unit, height: (bottom - top + 1) * unit,
            fill: l === 0 ? colours.frame : "none", "fill-opacity": 0.25, stroke: colours.frame, "stroke-width": 3, class: "window"}));
        }
      }
      const at = (event) => {
        const edges = sheet.querySelector(".touch").getBoundingClientRect();
        choose(l, Math.floor((event.clientY - edges.top) / edges.height * side), Math.floor((event.clientX - edges.left) / edges.width * side), all);
      };
      const keys = {ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]};
      sheet.append(make("rect", {class: "touch", "data-level": l, width: box, height: box, tabindex: 0, role: "button", fill: "transparent",
        style: "cursor: crosshair; touch-action: none", "aria-label": fill(words.sheet, {name: names(l), side}),
        onpointerdown: at, onpointermove: (event) => { if (event.pointerType === "mouse" || event.buttons) at(event); },
        onkeydown: (event) => {
          const by = keys[event.key];
          if (!by) return;
          event.preventDefault();
          const from = chosen.level === l ? chosen : {row: Math.floor(side / 2), column: Math.floor(side / 2)};
          choose(l, from.row + by[0], from.column + by[1], all);
          drawing.querySelector(`[data-level="${l}"]`).focus();
        }}));
      return [make("text", {x: 4 + l * (box + gap), y: 14}, names(l)),
        make("text", {x: 4 + l * (box + gap), y: 32}, `${side}×${side}`), sheet];
    });
    const width = all.length * (box + gap);
    drawing.replaceChildren(make("svg", {viewBox: `0 0 ${width} ${above + box + 4}`, width}, ...sheets.flat()));
    const reach = down[0][1] - down[0][0] + 1;
    told.textContent = fill(words.sees, {name: names(level), row, column, reach});
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
