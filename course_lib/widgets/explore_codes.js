// A latent space as a pad: move a point, and the decoder draws the picture of that place.
function start(facts) {
  const {words, colours, maps, labels, names, shades} = facts;
  const box = 320, zoom = 8;
  let now = 0, code = [...facts.code];
  const told = make("output", {"aria-live": "polite"}), points = make("g");

  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const networks = maps.map((map) => map.layers.map((layer) => {
    const view = new DataView(bytes(layer.kernel).buffer);
    const kernel = Float32Array.from({length: view.byteLength / 2}, (_, i) => view.getInt16(2 * i, true) * layer.step);
    return {kernel, bias: layer.bias, outputs: layer.outputs};
  }));

  // Dense layers with ReLUs between them; pixels from 0 to 1.
  function decoded() {
    let x = Float32Array.from(code);
    networks[now].forEach(({kernel, bias, outputs}, number) => {
      const next = Float32Array.from(bias);
      for (let i = 0; i < x.length; i++) {
        const value = number ? Math.max(x[i], 0) : x[i];
        if (value) for (let j = 0; j < outputs; j++) next[j] += value * kernel[i * outputs + j];
      }
      x = next;
    });
    return x.map((value) => (maps[now].last === "clip" ? Math.min(Math.max(value, 0), 1) : 1 / (1 + Math.exp(-value))));
  }

  const side = Math.round(Math.sqrt(networks[0][networks[0].length - 1].outputs));
  const canvas = make("canvas", {width: side, height: side, role: "img", "aria-label": words.picture,
    style: `width: ${side * zoom}px; image-rendering: pixelated`});
  const at = ([x, y]) => [box / 2 * (1 + x / maps[now].reach), box / 2 * (1 - y / maps[now].reach)];
  const mark = ([x, y], number) => (number < 5 ? `M${x - 2} ${y - 2}h4v4h-4z` : `M${x - 3} ${y + 2}h6l-3 -5z`);
  const handle = make("path", {class: "handle", fill: colours.frame, stroke: colours.ink, "stroke-width": 2, tabindex: 0, role: "button",
    style: "cursor: grab", "aria-label": words.pad, onkeydown: (event) => {
      const by = {ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0]}[event.key];
      if (!by) return;
      event.preventDefault();
      move(code[0] + by[0] * maps[now].reach / 30, code[1] + by[1] * maps[now].reach / 30);
    }});

  function move(x, y) {
    const {reach} = maps[now];
    code = [x, y].map((value) => Math.min(Math.max(value, -reach), reach));
    draw();
  }
  function drag(event) {
    const edges = svg.getBoundingClientRect(), {reach} = maps[now];
    move((2 * (event.clientX - edges.left) / edges.width - 1) * reach, (1 - 2 * (event.clientY - edges.top) / edges.height) * reach);
  }
  const svg = make("svg", {viewBox: `0 0 ${box} ${box}`, width: box, style: "touch-action: none; cursor: crosshair",
    onpointerdown: (event) => {
      try { svg.setPointerCapture(event.pointerId); } catch (error) { /* a pointer that is gone already */ }
      drag(event);
    },
    onpointermove: (event) => { if (event.buttons) drag(event); }},
  make("rect", {width: box, height: box, fill: "transparent", stroke: colours.ink}),
  make("path", {d: `M0 ${box / 2}H${box}M${box / 2} 0V${box}`, stroke: colours.ink, "stroke-width": 0.6}), points, handle);

  // a path for each class, so that a thousand points cost little
  function scatter() {
    points.replaceChildren(...names.map((_, number) => make("path", {class: "points", fill: shades[number % 5],
      d: maps[now].points.filter((_, i) => labels[i] === number).map((point) => mark(at(point), number)).join("")})));
  }
  function draw() {
    const [x, y] = at(code), pen = canvas.getContext("2d"), image = pen.createImageData(side, side);
    decoded().forEach((value, i) => {
      const grey = Math.round(255 * value);
      image.data.set([grey, grey, grey, 255], 4 * i);
    });
    pen.putImageData(image, 0, 0);
    handle.setAttribute("d", `M${x - 9} ${y}a9 9 0 1 0 18 0a9 9 0 1 0 -18 0`);
    told.textContent = fill(words.told, {x: shown(Number(code[0].toFixed(2))), y: shown(Number(code[1].toFixed(2)))});
  }

  const which = choice(words.map, maps.map((map) => map.name), (name) => {
    now = maps.findIndex((map) => map.name === name);
    scatter();
    move(...code);
  });
  const legend = names.map((name, number) => make("span", {class: "small", style: `color: ${shades[number % 5]}`}, `${number < 5 ? "■" : "▲"} ${name}`));
  scatter();
  draw();
  return [make("div", {class: "row"}, which, told), make("div", {class: "row top"}, svg, canvas),
    make("div", {class: "row"}, ...legend), make("div", {class: "row small"}, words.hint)];
}
