// The likeliest tokens before and after temperature, top-k, top-p and a penalty; all in the order of course_lib/sampling.py.
function start(facts) {
  const {words, colours, names, logits} = facts, read = new Set(facts.read);
  const order = logits.map((_, token) => token).sort((a, b) => logits[b] - logits[a] || a - b);
  const left = 120, wide = 330, row = 26;
  let heat = 10, k = 0, p = 100, penalty = 10, drawn = "–";
  const drawing = make("div"), told = make("output", {"aria-live": "polite"});

  function softmax(values) {
    const most = Math.max(...values), powers = values.map((value) => Math.exp(value - most));
    const sum = powers.reduce((a, b) => a + b);
    return powers.map((power) => power / sum);
  }
  function changed() {
    let now = logits.map((logit, token) => (read.has(token) ? (logit < 0 ? logit * penalty / 10 : logit * 10 / penalty) : logit));
    const best = now.map((_, token) => token).sort((a, b) => now[b] - now[a] || a - b);
    if (heat === 0) return now.map((_, token) => Number(token === best[0]));
    now = now.map((logit) => logit * 10 / heat);
    if (k) { const kth = now[best[Math.min(k, now.length) - 1]]; now = now.map((logit) => (logit < kth ? -Infinity : logit)); }
    if (p < 100) {
      const chances = softmax(now), kept = new Set();
      let sum = 0;
      for (const token of best) { kept.add(token); sum += chances[token]; if (sum >= p / 100) break; }
      now = now.map((logit, token) => (kept.has(token) ? logit : -Infinity));
    }
    return softmax(now);
  }
  const before = softmax(logits);

  function draw() {
    const after = changed(), some = order.slice(0, facts.shown), rest = order.slice(facts.shown);
    const sum = (chances) => rest.reduce((all, token) => all + chances[token], 0);
    const rows = [...some.map((token) => [names[token], before[token], after[token]]), [words.others, sum(before), sum(after)]];
    const parts = rows.flatMap(([name, one, two], i) => [
      make("text", {x: left - 8, y: 17 + i * row, "text-anchor": "end"}, name),
      make("rect", {x: left, y: 3 + i * row, width: Math.max(1, wide * one), height: 9, fill: colours.blues[2]}),
      make("rect", {class: "after", x: left, y: 13 + i * row, width: Math.max(two ? 1 : 0, wide * two), height: 9, fill: colours.frame}),
      make("text", {class: "small chance", x: left + wide + 10, y: 17 + i * row}, two.toFixed(3))]);
    drawing.replaceChildren(make("svg", {viewBox: `0 0 ${left + wide + 60} ${rows.length * row + 4}`, width: left + wide + 60}, ...parts));
    told.textContent = fill(words.told, {left: after.filter((chance) => chance > 0).length, drawn});
    return after;
  }
  function one() {
    const after = draw();
    let rest = Math.random();
    const token = order.find((token) => (rest -= after[token]) < 0) ?? order[0];
    drawn = names[token];
    draw();
  }
  const sliders = [slider(words.heat, 0, 30, heat, (value) => { heat = value; draw(); }),
    slider(words.k, 0, 50, k, (value) => { k = value; draw(); }),
    slider(words.p, 1, 100, p, (value) => { p = value; draw(); }),
    slider(words.penalty, 10, 30, penalty, (value) => { penalty = value; draw(); })];
  draw();
  return [make("div", {class: "row"}, ...sliders), make("div", {class: "row"}, button(words.draw, words.draw, one), told), drawing,
    make("div", {class: "row small"}, `■ ${words.before} (1) / ${words.after} (2). ${words.hint}`)];
}
