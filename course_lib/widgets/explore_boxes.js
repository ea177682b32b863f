// Two boxes in a field: drag one or pull at its corner, and see how much they agree.
function start(facts) {
  const {words, colours, side} = facts;
  const boxes = facts.boxes.map((box) => [...box]);
  const scale = 5, field = side * scale, hues = [colours.signed[0], colours.frame];
  const told = make("output", {"aria-live": "polite"});
  let grip = null;

  const around = make("rect", {fill: "none", stroke: colours.ink, "stroke-dasharray": "4 4"});
  const shared = make("rect", {fill: "none", stroke: colours.ink, "stroke-width": 2, style: "pointer-events: none"});
  const inside = (value) => Math.min(Math.max(value, 0), side);

  function move(which, across, down) {
    const box = boxes[which], width = box[2] - box[0], height = box[3] - box[1];
    box[0] = Math.min(Math.max(Math.round(across), 0), side - width);
    box[1] = Math.min(Math.max(Math.round(down), 0), side - height);
    box[2] = box[0] + width;
    box[3] = box[1] + height;
    draw();
  }

  function stretch(which, across, down) {
    const box = boxes[which];
    box[2] = Math.max(inside(Math.round(across)), box[0] + 1);
    box[3] = Math.max(inside(Math.round(down)), box[1] + 1);
    draw();
  }

  const at = (event) => {
    const edges = svg.getBoundingClientRect();
    return [(event.clientX - edges.left) / edges.width * side, (event.clientY - edges.top) / edges.height * side];
  };
  const take = (which, act) => (event) => {
    event.preventDefault();
    const [x, y] = at(event), first = [...boxes[which]];
    grip = act === move ? (u, v) => move(which, first[0] + u - x, first[1] + v - y) : (u, v) => stretch(which, u, v);
    (act === move ? shapes : corners)[which].focus();
    svg.setPointerCapture(event.pointerId);
  };
  const by = {ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0]};
  const keys = (which, act) => (event) => {
    if (!by[event.key]) return;
    event.preventDefault();
    const [dx, dy] = by[event.key], box = boxes[which];
    if (act === move) move(which, box[0] + dx, box[1] + dy);
    else stretch(which, box[2] + dx, box[3] + dy);
  };

  const shapes = boxes.map((_, i) => make("rect", {class: "box", tabindex: 0, role: "button", fill: hues[i], "fill-opacity": 0.45,
    "aria-label": words.names[i], style: "cursor: move; touch-action: none", onpointerdown: take(i, move), onkeydown: keys(i, move)}));
  const corners = boxes.map((_, i) => make("rect", {class: "corner", tabindex: 0, role: "button", width: 14, height: 14, fill: hues[i],
    "aria-label": fill(words.corner, {name: words.names[i]}), style: "cursor: nwse-resize; touch-action: none",
    onpointerdown: take(i, stretch), onkeydown: keys(i, stretch)}));
  const names = boxes.map((_, i) => make("text", {style: "pointer-events: none"}, words.names[i]));
  const ground = make("rect", {width: field, height: field, fill: "none", stroke: colours.ink});
  const svg = make("svg", {viewBox: `0 0 ${field} ${field}`, width: field,
    onpointermove: (event) => { if (grip && event.buttons) grip(...at(event)); },
    onpointerup: () => { grip = null; }, onpointercancel: () => { grip = null; }}, ground, around, ...shapes, shared, ...names, ...corners);

  const place = (rect, [left, top, right, bottom]) => {
    const sides = {x: left * scale, y: top * scale, width: Math.max(0, right - left) * scale, height: Math.max(0, bottom - top) * scale};
    for (const [name, value] of Object.entries(sides)) rect.setAttribute(name, value);
  };
  const area = ([left, top, right, bottom]) => Math.max(0, right - left) * Math.max(0, bottom - top);

  function draw() {
    const [a, b] = boxes;
    const common = [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])];
    const hull = [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
    boxes.forEach((box, i) => {
      place(shapes[i], box);
      corners[i].setAttribute("x", box[2] * scale - 14);
      corners[i].setAttribute("y", box[3] * scale - 14);
      names[i].setAttribute("x", box[0] * scale + 4);
      names[i].setAttribute("y", box[1] * scale + 16);
    });
    place(around, hull);
    place(shared, area(common) ? common : [0, 0, 0, 0]);
    const both = area(common), union = area(a) + area(b) - both, all = area(hull);
    const l1 = a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / 4;
    told.textContent = fill(words.told, {shared: both, union, around: all, iou: (both / union).toFixed(2),
      giou: (both / union - (all - union) / all).toFixed(2).replace("-", "−"), l1: shown(l1)});
  }
  draw();
  return [make("div", {class: "row"}, told), svg, make("div", {class: "row small"}, words.hint)];
}
