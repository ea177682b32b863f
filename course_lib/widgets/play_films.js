// Films side by side, which can be played, stopped and stepped.
function start(facts) {
  const {words, names} = facts;
  let now = facts.first;
  const films = facts.films.map((frames) => frames.map((source) => Object.assign(new Image(), {src: source, onload: () => draw()})));
  const canvases = names.map((name) => make("canvas", {width: facts.width, height: facts.height, role: "img", "aria-label": name,
    style: `width: ${facts.width * facts.scale}px; image-rendering: pixelated`}));

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
  const tools = player(words, facts.count, now, facts.seconds, (frame) => { now = frame; draw(); });
  return [make("div", {class: "row"}, ...tools),
    make("div", {class: "row top"}, ...canvases.map((canvas, i) => make("div", {class: "small"}, names[i], canvas)))];
}
