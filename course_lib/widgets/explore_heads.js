// A picture in patches: choose one, and see how much it takes from each of the others, for every head of a block.
function start(facts) {
  const {words, colours, grid, heads} = facts;
  const unpacked = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const pixels = unpacked(facts.image), blocks = facts.blocks.map(({name, shares}) => ({name, shares: unpacked(shares)}));
  const side = facts.side, box = 224, small = 128, gap = 14, count = grid * grid;
  let block = blocks.length - 1, row = facts.row, column = facts.column;
  const told = make("output", {"aria-live": "polite"});

  // Two shares in a byte, as square roots from 0 to 15 of the largest in their row.
  function share(head, query, key) {
    const place = (head * count + query) * count + key, byte = blocks[block].shares[place >> 1];
    return ((place % 2 ? byte & 15 : byte >> 4) / 15) ** 2;
  }

  function canvas(size, alt, extra = {}) {
    return make("canvas", {width: side, height: side, style: `width: ${size}px; height: ${size}px`, role: "img", "aria-label": alt, ...extra});
  }

  function paint(target, strength) {
    const context = target.getContext("2d"), image = context.createImageData(side, side), unit = side / grid;
    const frame = [1, 3, 5].map((i) => parseInt(colours.frame.slice(i, i + 2), 16));
    for (let i = 0; i < side; i++) for (let j = 0; j < side; j++) {
      const place = i * side + j, heat = strength(Math.floor(i / unit), Math.floor(j / unit));
      for (let c = 0; c < 3; c++) {
        const grey = (pixels[3 * place] + pixels[3 * place + 1] + pixels[3 * place + 2]) / 3;
        image.data[4 * place + c] = heat < 0 ? pixels[3 * place + c] : (1 - heat) * grey * 0.6 + heat * frame[c];
      }
      image.data[4 * place + 3] = 255;
    }
    context.putImageData(image, 0, 0);
    context.lineWidth = 2;
    context.strokeStyle = heatless(strength) ? colours.frame : "white";
    context.strokeRect(column * unit, row * unit, unit, unit);
  }
  const heatless = (strength) => strength(0, 0) < 0;

  function choose(newRow, newColumn) {
    const inside = (place) => Math.min(Math.max(place, 0), grid - 1);
    [row, column] = [inside(newRow), inside(newColumn)];
    draw();
  }

  const at = (event) => {
    const edges = picture.getBoundingClientRect();
    choose(Math.floor((event.clientY - edges.top) / edges.height * grid), Math.floor((event.clientX - edges.left) / edges.width * grid));
  };
  const by = {ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]};
  const picture = canvas(box, words.picture, {class: "touch", tabindex: 0, onpointerdown: at,
    onpointermove: (event) => { if (event.buttons) at(event); }, onkeydown: (event) => {
      if (!by[event.key]) return;
      event.preventDefault();
      choose(row + by[event.key][0], column + by[event.key][1]);
    }});
  picture.style.cursor = "crosshair";
  picture.style.touchAction = "none";
  const maps = Array.from({length: heads}, (_, head) => canvas(small, fill(words.head, {head: head + 1}), {class: "head"}));

  function draw() {
    const query = row * grid + column;
    paint(picture, () => -1);
    maps.forEach((map, head) => paint(map, (i, j) => share(head, query, i * grid + j)));
    told.textContent = fill(words.told, {row: row + 1, column: column + 1, block: blocks[block].name});
  }

  const blockChoice = choice(words.block, blocks.map(({name}) => name), (name) => {
    block = blocks.findIndex((one) => one.name === name);
    draw();
  });
  blockChoice.querySelector("select").value = blocks[block].name;
  const named = maps.map((map, head) => make("div", {}, make("div", {class: "small"}, fill(words.head, {head: head + 1})), map));
  draw();
  return [make("div", {class: "row"}, blockChoice, told),
    make("div", {class: "row top"}, picture, make("div", {class: "row", style: `max-width: ${3 * (small + gap)}px; gap: 6px 12px`}, ...named))];
}
