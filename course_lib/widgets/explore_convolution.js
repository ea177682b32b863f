// A picture, a kernel to choose or to type, and the feature map with its scale; everything follows at once.
function start(facts) {
  const {words, colours, kernels} = facts;
  const bytes = Uint8Array.from(atob(facts.image), (letter) => letter.charCodeAt(0));
  const image = Array.from({length: facts.height}, (_, i) =>
    Array.from(bytes.subarray(i * facts.width, (i + 1) * facts.width), (grey) => grey / 255));
  const side = 340, tall = Math.round(side * Math.min(1.2, facts.height / facts.width));
  let kernel = kernels[0].weights.map((row) => [...row]), stride = 1, padding = 0;

  // drawn at twice the pixels, in a box that keeps its size
  const field = () => make("canvas", {width: 2 * side, height: 2 * tall, style: `width: ${side}px`, role: "img"});
  const left = field(), right = field(), scale = make("canvas", {width: 256, height: 1, style: "width: 240px; height: 14px"});
  const leftName = make("div"), rightName = make("div"), formula = make("output", {class: "small", "aria-live": "polite"});
  const ends = make("div", {class: "row small", style: "justify-content: space-between; width: 240px"});
  const strip = scale.getContext("2d");
  for (let x = 0; x < 256; x++) {
    strip.fillStyle = css(mixed(colours.signed, x / 255));
    strip.fillRect(x, 0, 1, 1);
  }

  function paint(canvas, values, colour) {
    const height = values.length, width = values[0].length, small = new ImageData(width, height);
    values.forEach((row, i) => row.forEach((value, j) => small.data.set([...colour(value), 255], 4 * (i * width + j))));
    const sheet = make("canvas", {width, height});
    sheet.getContext("2d").putImageData(small, 0, 0);
    const zoom = Math.min(canvas.width / width, canvas.height / height), brush = canvas.getContext("2d");
    brush.clearRect(0, 0, canvas.width, canvas.height);
    brush.imageSmoothingEnabled = false;
    brush.drawImage(sheet, 0, 0, Math.round(width * zoom), Math.round(height * zoom));
  }

  function draw() {
    const result = correlate(image, kernel, stride, padding);
    const most = Math.max(1e-9, ...result.map((row) => Math.max(...row.map(Math.abs))));
    paint(left, framed(image, padding), (grey) => [0, 1, 2].map(() => Math.round(255 * grey)));
    paint(right, result, (value) => mixed(colours.signed, 0.5 + value / (2 * most)));
    const size = kernel.length, shape = [result.length, result[0].length].join("×");
    leftName.textContent = fill(words.input, {shape: `${facts.height}×${facts.width}`, padding});
    rightName.textContent = fill(words.map, {shape});
    left.setAttribute("aria-label", leftName.textContent);
    right.setAttribute("aria-label", rightName.textContent);
    ends.replaceChildren(...[-most, 0, most].map((value) => make("span", {}, shown(value))));
    formula.textContent = [...new Set([facts.height, facts.width])].map((edge) =>
      `⌊(${edge} − ${size} + 2·${padding}) / ${stride}⌋ + 1 = ${Math.floor((edge - size + 2 * padding) / stride) + 1}`).join(", ");
  }

  function take(weightsOfIt) {
    kernel = weightsOfIt.map((row) => [...row]);
    fields.set(kernel);
    draw();
  }

  // the middle of the kernel stays what it was; what is new is 0
  function resize(size) {
    const shift = (kernel.length - size) / 2;
    take(Array.from({length: size}, (_, i) => Array.from({length: size}, (_, j) => (kernel[i + shift] ?? [])[j + shift] ?? 0)));
  }

  const fields = weights(words.weight, kernel, draw);
  const named = choice(words.kernel, kernels.map((one) => one.name), (name) => take(kernels.find((one) => one.name === name).weights));
  const sizes = [3, 5].map((size) => button(`${size}×${size}`, fill(words.size, {size}), () => resize(size)));
  const bar = make("div", {class: "row"}, named, ...sizes,
    slider(words.stride, 1, 4, 1, (now) => { stride = now; draw(); }), slider(words.padding, 0, 4, 0, (now) => { padding = now; draw(); }));
  draw();
  return [bar, make("div", {class: "row top"}, make("div", {}, leftName, left), fields,
    make("div", {}, rightName, right, scale, ends)), make("div", {class: "row"}, formula)];
}
