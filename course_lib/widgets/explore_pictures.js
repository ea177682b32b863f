// Two pictures of the same place with a bar between them to drag, and a magnifier that shows all pictures enlarged.
function start(facts) {
  const {words, colours, width, height, names, around} = facts;  // around: pixels in the magnifier
  const zoom = 8, side = around * zoom;
  let left = 0, right = 1, bar = width / 2, spot = [...facts.spot], hold = null;

  const pictures = facts.pictures.map((source) => Object.assign(new Image(), {src: source, onload: () => draw()}));
  const canvas = make("canvas", {width, height, tabindex: 0, role: "img", "aria-label": facts.alt,
    style: `width: ${width * facts.scale}px; cursor: crosshair; touch-action: none; image-rendering: pixelated`});
  const lenses = names.map((name) => make("canvas", {width: side, height: side, role: "img", "aria-label": name}));
  const place = slider(words.bar, 0, width, Math.round(bar), (value) => { bar = value; draw(); });
  const told = make("output", {"aria-live": "polite"});

  const at = (event) => {
    const edges = canvas.getBoundingClientRect();
    return [(event.clientX - edges.left) / edges.width * width, (event.clientY - edges.top) / edges.height * height];
  };
  const inside = (value, most) => Math.min(Math.max(Math.round(value), 0), most);
  function look(x, y) {
    spot = [inside(x - around / 2, width - around), inside(y - around / 2, height - around)];
    draw();
  }
  function moved(x, y) {
    if (hold === "bar") {
      bar = inside(x, width);
      place.set(bar);
      draw();
    } else if (hold) look(x, y);
  }
  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const [x, y] = at(event);
    hold = Math.abs(x - bar) < 8 ? "bar" : "lens";
    canvas.focus();
    try { canvas.setPointerCapture(event.pointerId); } catch (error) { /* a pointer that is gone already */ }
    moved(x, y);
  });
  canvas.addEventListener("pointermove", (event) => { if (hold && event.buttons) moved(...at(event)); });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { hold = null; });
  const by = {ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0]};
  canvas.addEventListener("keydown", (event) => {
    if (!by[event.key]) return;
    event.preventDefault();
    look(spot[0] + around / 2 + 2 * by[event.key][0], spot[1] + around / 2 + 2 * by[event.key][1]);
  });

  function draw() {
    if (!pictures.every((picture) => picture.complete && picture.naturalWidth)) return;
    const pen = canvas.getContext("2d");
    pen.drawImage(pictures[right], 0, 0);
    if (bar > 0) pen.drawImage(pictures[left], 0, 0, bar, height, 0, 0, bar, height);
    pen.fillStyle = colours.frame;
    pen.fillRect(bar - 1, 0, 2, height);
    pen.strokeStyle = colours.frame;
    pen.strokeRect(spot[0] + 0.5, spot[1] + 0.5, around - 1, around - 1);
    lenses.forEach((lens, i) => {
      const large = lens.getContext("2d");
      large.imageSmoothingEnabled = false;
      large.drawImage(pictures[i], spot[0], spot[1], around, around, 0, 0, side, side);
    });
    told.textContent = fill(words.told, {left: names[left], right: names[right]});
  }
  draw();
  const picked = (words, start, set) => {
    const label = choice(words, names, (name) => { set(names.indexOf(name)); draw(); });
    label.querySelector("select").value = names[start];
    return label;
  };
  const shown = lenses.map((lens, i) => make("div", {class: "small"}, names[i], lens));
  return [make("div", {class: "row"}, picked(words.left, 0, (i) => { left = i; }), picked(words.right, 1, (i) => { right = i; }), place),
    make("div", {class: "row"}, told), canvas, make("div", {class: "row"}, ...shown), make("div", {class: "row small"}, words.hint)];
}
