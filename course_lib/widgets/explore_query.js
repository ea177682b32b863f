// Keys in a plane and a query to drag: the scores, and what share of attention each key gets.
function start(facts) {
  const {words, colours, names, keys} = facts;
  const box = 260, reach = 2.5, left = box + 90, wide = 150, row = 44;
  let query = [...facts.query], factor = 1;
  const drawing = make("div"), told = make("output", {"aria-live": "polite"});
  const at = ([x, y]) => [box / 2 * (1 + x / reach), box / 2 * (1 - y / reach)];
  const dot = (point, size) => {
    const [x, y] = at(point);
    return `M${x - size} ${y}a${size} ${size} 0 1 0 ${2 * size} 0a${size} ${size} 0 1 0 ${-2 * size} 0`;
  };

  function looked() {
    const scores = keys.map((key) => factor * (key[0] * query[0] + key[1] * query[1]) / Math.SQRT2);
    const most = Math.max(...scores), powers = scores.map((score) => Math.exp(score - most));
    const sum = powers.reduce((a, b) => a + b);
    return {scores, shares: powers.map((power) => power / sum)};
  }

  function move(x, y, focus) {
    query = [x, y].map((value) => Math.round(10 * Math.min(Math.max(value, -reach), reach)) / 10);
    draw(focus);
  }

  const height = Math.max(box, 40 + keys.length * row);
  const place = (event) => {
    const edges = svg.getBoundingClientRect(), scale = (left + wide + 130) / edges.width;
    return [((event.clientX - edges.left) * scale / box * 2 - 1) * reach, (1 - (event.clientY - edges.top) * scale / box * 2) * reach];
  };
  const drag = (event) => {
    const [x, y] = place(event);
    if (x <= reach + 0.1) move(x, y, true);
  };
  const svg = make("svg", {viewBox: `0 0 ${left + wide + 130} ${height}`, width: left + wide + 130, style: "touch-action: none; cursor: crosshair",
    onpointerdown: drag, onpointermove: (event) => { if (event.buttons) drag(event); }});

  function draw(focus) {
    const {scores, shares} = looked();
    const lines = `M0 ${box / 2}H${box}M${box / 2} 0V${box}`;
    const parts = [make("rect", {width: box, height: box, fill: "transparent", stroke: colours.ink}), make("path", {d: lines, stroke: colours.ink, "stroke-width": 0.6}),
      make("text", {x: left, y: 18}, words.share), make("text", {x: left + wide + 20, y: 18}, words.score)];
    keys.forEach((key, j) => {
      const [x, y] = at(key), [a, b] = at(query), top = 30 + j * row;
      parts.push(make("path", {d: `M${x} ${y}L${a} ${b}`, stroke: colours.frame, "stroke-width": 0.5 + 8 * shares[j], "stroke-opacity": 0.5}),
        make("path", {class: "key", d: dot(key, 8), fill: colours.blues[2]}),
        make("text", {x: x + 11, y: y - 8}, names[j]),
        make("text", {x: left - 8, y: top + 22, "text-anchor": "end"}, names[j]),
        make("rect", {class: "share", x: left, y: top, width: Math.max(1, wide * shares[j]), height: row - 12, fill: colours.blues[2]}),
        make("text", {class: "percent", x: left + 4 + wide * shares[j], y: top + 22}, `${Math.round(100 * shares[j])} %`),
        make("text", {class: "score", x: left + wide + 50, y: top + 22}, shown(Number(scores[j].toFixed(2)))));
    });
    parts.push(make("path", {class: "query", d: dot(query, 9), fill: colours.frame, stroke: colours.ink, tabindex: 0, role: "button",
      "aria-label": words.query, onkeydown: (event) => {
        const by = {ArrowUp: [0, 0.1], ArrowDown: [0, -0.1], ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0]}[event.key];
        if (!by) return;
        event.preventDefault();
        move(query[0] + by[0], query[1] + by[1], true);
      }}));
    svg.replaceChildren(...parts);
    told.textContent = fill(words.told, {shares: names.map((name, j) => `${name} ${Math.round(100 * shares[j])} %`).join(", ")});
    if (focus) svg.querySelector(".query").focus();
  }

  const scale = slider(words.factor, 0, 10, 1, (value) => { factor = value; draw(); });
  draw();
  drawing.append(svg);
  return [make("div", {class: "row"}, scale, told), drawing];
}
