// What all widgets share. `start` of the widget's own file comes behind this one.

// Build a widget in place of its still; if anything goes wrong, the still stays.
function begin(name, facts, start) {
  for (const place of document.querySelectorAll(`[id="${name}"]`)) {
    if (place.dataset.ready) continue;
    place.dataset.ready = "yes";
    const parts = start(facts);
    place.replaceChildren(make("div", {role: "group", "aria-label": facts.alt}, ...parts));
  }
}

// An element of HTML, or of SVG for its names; attributes that begin with "on" are listeners.
function make(tag, attributes = {}, ...inside) {
  const drawn = ["svg", "g", "rect", "text", "path"].includes(tag);
  const made = drawn ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  // what has the focus gets the keys itself; else JupyterLab would take them: arrows to move on, d d to delete the cell
  if (["input", "button", "select"].includes(tag) || "tabindex" in attributes) made.dataset.lmSuppressShortcuts = "true";
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value);
  }
  made.append(...inside);
  return made;
}

// "place {number}" with its facts
const fill = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => facts[name]);

// At most three digits, and a minus that can be told from a dash.
const shown = (value) => String(Number(value.toPrecision(3))).replace("-", "−");

// Red, green, blue of a share from 0 to 1 between colours "#rrggbb".
function mixed(stops, share) {
  const place = Math.min(Math.max(share, 0), 1) * (stops.length - 1);
  const low = Math.min(Math.floor(place), stops.length - 2);
  const part = (stop, i) => parseInt(stop.slice(1 + 2 * i, 3 + 2 * i), 16);
  return [0, 1, 2].map((i) => Math.round(part(stops[low], i) + (place - low) * (part(stops[low + 1], i) - part(stops[low], i))));
}
const css = (rgb) => `rgb(${rgb})`;
const inkOn = (rgb) => (0.3 * rgb[0] + 0.59 * rgb[1] + 0.11 * rgb[2] > 127 ? "black" : "white");

// Rows of numbers in a frame of zeros.
const framed = (image, padding) => Array.from({length: image.length + 2 * padding}, (_, i) =>
  Array.from({length: image[0].length + 2 * padding}, (_, j) => (image[i - padding] ?? [])[j - padding] ?? 0));

// Cross-correlation of rows of numbers with a square kernel.
function correlate(image, kernel, stride, padding) {
  const size = kernel.length, padded = framed(image, padding);
  const places = (side) => Math.floor((side - size) / stride) + 1;
  return Array.from({length: places(padded.length)}, (_, i) => Array.from({length: places(padded[0].length)}, (_, j) => {
    let sum = 0;
    for (let m = 0; m < size; m++) for (let n = 0; n < size; n++) sum += padded[i * stride + m][j * stride + n] * kernel[m][n];
    return sum;
  }));
}

// A number to drag: touch and arrow keys work, as the browser has them.
function slider(words, low, high, value, tell) {
  const output = make("output", {}, String(value));
  const input = make("input", {type: "range", min: low, max: high, step: 1, value, "aria-label": words, oninput: () => {
    output.textContent = input.value;
    tell(Number(input.value));
  }});
  const label = make("label", {}, words, input, output);
  label.set = (now) => { input.value = now; output.textContent = input.value; };
  label.limit = (now) => { input.max = now; output.textContent = input.value; };
  return label;
}

const button = (sign, words, press) => make("button", {type: "button", title: words, "aria-label": words, onclick: press}, sign);

function choice(words, names, tell) {
  const options = names.map((name) => make("option", {value: name}, name));
  const select = make("select", {"aria-label": words, onchange: () => tell(select.value)}, ...options);
  return make("label", {}, words, select);
}

// The weights of a kernel in fields to type into; what is no number counts as 0.
function weights(words, kernel, tell) {
  const fields = make("div", {class: "weights"});
  fields.set = (now) => {
    fields.style.gridTemplateColumns = `repeat(${now.length}, auto)`;
    fields.replaceChildren(...now.flatMap((row, i) => row.map((weight, j) => {
      const name = `${words} ${i}, ${j}`, value = Number(weight.toPrecision(3));
      const field = make("input", {type: "number", step: "any", value, "aria-label": name, oninput: () => {
        now[i][j] = field.valueAsNumber || 0;
        tell(now);
      }});
      return field;
    })));
  };
  fields.set(kernel);
  return fields;
}

// What plays, stops and steps through the frames 0, 1, ..., count - 1; `show` draws one of them.
function player(words, count, first, seconds, show) {
  let now = first, clock = null;
  const place = slider(words.frame, 1, count, now + 1, (value) => { stop(); go(value - 1); });
  const play = button("▶", words.play, () => (clock ? stop() : run()));

  function name(sign, text) {
    play.textContent = sign;
    play.title = text;
    play.setAttribute("aria-label", text);
  }
  function stop() {
    clearInterval(clock);
    clock = null;
    name("▶", words.play);
  }
  function run() {
    clock = setInterval(() => go((now + 1) % count), 1000 * seconds);
    name("■", words.stop);
  }
  function go(to) {
    now = Math.min(Math.max(to, 0), count - 1);
    place.set(now + 1);
    show(now);
  }
  const step = (by) => () => { stop(); go(now + by); };
  return [button("◀", words.back, step(-1)), play, button("▶|", words.forward, step(1)), place];
}
