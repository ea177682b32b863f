// Films side by side, which can be played, stopped and stepped.
function start(facts) {
  const {words, names, count} = facts;
  let now = facts.first, clock = null;
  const films = facts.films.map((frames) => frames.map((source) => Object.assign(new Image(), {src: source, onload: () => draw()})));
  const canvases = names.map((name) => make("canvas", {width: facts.width, height: facts.height, role: "img", "aria-label": name,
    style: `width: ${facts.width * facts.scale}px; image-rendering: pixelated`}));
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
    clock = setInterval(() => go((now + 1) % count), 1000 * facts.seconds);
    name("■", words.stop);
  }
  function go(to) {
    now = Math.min(Math.max(to, 0), count - 1);
    place.set(now + 1);
    draw();
  }
  function draw() {
    canvases.forEach((canvas, i) => {
      const frame = films[i][now];
      if (!frame.complete || !frame.naturalWidth) return;
      const pen = canvas.getContext("2d");
      pen.imageSmoothingEnabled = false;
      pen.drawImage(frame, 0, 0, facts.width, facts.height);
    });
  }
  draw();
  const step = (by) => () => { stop(); go(now + by); };
  return [make("div", {class: "row"}, button("◀", words.back, step(-1)), play, button("▶|", words.forward, step(1)), place),
    make("div", {class: "row top"}, ...canvases.map((canvas, i) => make("div", {class: "small"}, names[i], canvas)))];
}
