// Tokens of two numbers in a plane: drag one, and see the scores, the shares and the weighted sums of all.
function start(facts) {
  const {words, colours, names} = facts;
  const tokens = facts.tokens.map((token) => [...token]);
  const box = 260, reach = 2.5, cell = 52;
  let factor = 1, chosen = 0;
  const drawing = make("div"), told = make("output", {"aria-live": "polite"});
  const at = ([x, y]) => [box / 2 * (1 + x / reach), box / 2 * (1 - y / reach)];
  const dot = (token, size) => {
    const [x, y] = at(token);
    return `M${x - size} ${y}a${size} ${size} 0 1 0 ${2 * size} 0a${size} ${size} 0 1 0 ${-2 * size} 0`;
  };
  const dotted = (a, b) => a[0] * b[0] + a[1] * b[1];

  function computed() {
    const scores = tokens.map((query) => tokens.map((key) => factor * dotted(query, key) / Math.SQRT2));
    const shares = scores.map((row) => {
      const most = Math.max(...row), powers = row.map((score) => Math.exp(score - most));
      const sum = powers.reduce((a, b) => a + b);
      return powers.map((power) => power / sum);
    });
    const sums = shares.map((row) => [0, 1].map((i) => row.reduce((sum, share, j) => sum + share * tokens[j][i], 0)));
    return {scores, shares, sums};
  }

  function move(token, x, y) {
    chosen = token;
    tokens[token] = [x, y].map((value) => Math.round(10 * Math.min(Math.max(value, -reach), reach)) / 10);
    draw(token);
  }

  // A matrix of numbers; the row of the chosen token is framed.
  function table(title, rows, left, highest) {
    const parts = [make("text", {x: left, y: 14}, title)];
    rows.forEach((row, i) => row.forEach((value, j) => {
      const colour = highest ? mixed(colours.blues, value / highest) : [232, 232, 232];
      const x = left + j * cell, y = 26 + i * cell;
      parts.push(make("rect", {class: "square", x, y, width: cell, height: cell, fill: css(colour), stroke: colours.ink, "stroke-width": 0.6}),
        make("text", {x: x + cell / 2, y: y + cell / 2 + 5, "text-anchor": "middle", style: `fill: ${inkOn(colour)}`}, shown(Number(value.toFixed(2)))));
    }));
    parts.push(make("rect", {x: left, y: 26 + chosen * cell, width: rows[0].length * cell, height: cell, fill: "none", stroke: colours.frame, "stroke-width": 3}));
    return parts;
  }

  function plane({sums, shares}) {
    const lines = `M0 ${box / 2}H${box}M${box / 2} 0V${box}`;
    const parts = [make("rect", {width: box, height: box, fill: "transparent", stroke: colours.ink}), make("path", {d: lines, stroke: colours.ink, "stroke-width": 0.6})];
    tokens.forEach((token, j) => {
      const [x, y] = at(token), [a, b] = at(sums[chosen]);
      parts.push(make("path", {d: `M${x} ${y}L${a} ${b}`, stroke: colours.frame, "stroke-width": 0.5 + 7 * shares[chosen][j], "stroke-opacity": 0.5}));
    });
    parts.push(make("path", {class: "sum", d: dot(sums[chosen], 8), fill: colours.frame}));
    tokens.forEach((token, i) => {
      const [x, y] = at(token);
      parts.push(make("text", {x, y: y < 30 ? y + 24 : y - 14, "text-anchor": "middle"}, names[i]),
        make("path", {class: "token", "data-token": i, d: dot(token, 9), fill: i === chosen ? colours.blues[3] : colours.blues[1], stroke: colours.ink,
          tabindex: 0, role: "button", style: "cursor: grab", "aria-label": fill(words.token, {name: names[i]}), onkeydown: (event) => {
            const by = {ArrowUp: [0, 0.1], ArrowDown: [0, -0.1], ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0]}[event.key];
            if (!by) return;
            event.preventDefault();
            move(i, tokens[i][0] + by[0], tokens[i][1] + by[1]);
          }}));
    });
    return parts;
  }

  let held = -1;
  function place(event, svg) {
    const edges = svg.getBoundingClientRect(), scale = (box + 3 * (3 * cell + 24)) / edges.width;
    return [((event.clientX - edges.left) * scale / box * 2 - 1) * reach, (1 - (event.clientY - edges.top) * scale / box * 2) * reach];
  }

  const width = box + 3 * (3 * cell + 24);
  const svg = make("svg", {viewBox: `0 0 ${width} ${box}`, width, style: "touch-action: none",
    onpointerdown: (event) => {
      const [x, y] = place(event, svg), far = tokens.map((token) => Math.hypot(token[0] - x, token[1] - y));
      const nearest = far.indexOf(Math.min(...far));
      held = x > reach ? -1 : far[nearest] < 0.6 ? nearest : -1;
      if (held >= 0) { chosen = held; draw(held); }
    },
    onpointermove: (event) => { if (held >= 0 && event.buttons) move(held, ...place(event, svg)); },
    onpointerup: () => { held = -1; }});

  function draw(focus) {
    const {scores, shares, sums} = computed(), step = 3 * cell + 24;
    svg.replaceChildren(...plane({sums, shares}), ...table(words.scores, scores, box + 24, 0),
      ...table(words.shares, shares, box + 24 + step, 1), ...table(words.sums, sums, box + 24 + 2 * step, 0));
    told.textContent = fill(words.told, {name: names[chosen], shares: shares[chosen].map((share, j) => `${names[j]} ${Math.round(100 * share)} %`).join(", ")});
    if (focus !== undefined) svg.querySelectorAll(".token")[focus].focus();
  }

  const scale = slider(words.factor, 0, 10, 1, (value) => { factor = value; draw(); });
  draw();
  drawing.append(svg);
  return [make("div", {class: "row"}, scale, told), drawing];
}
