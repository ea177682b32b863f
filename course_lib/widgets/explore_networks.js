// Two networks beside each other: one quantity by stages, on the same scale.
function start(facts) {
  const {words, colours, networks} = facts, names = Object.keys(networks);
  const left = 116, wide = 190, each = left + wide + 70, row = 40, top = 28;
  const chosen = [facts.first, facts.second], looks = [colours.blues[2], colours.frame];
  let quantity = facts.quantity;
  const drawing = make("div");
  const rounded = (amount) => (amount >= 1000 ? Math.round(amount) : Number(amount.toPrecision(3))).toLocaleString("en", {maximumFractionDigits: 6});

  function draw() {
    const amounts = chosen.map((name) => networks[name].map((part) => part[quantity]));
    const most = Math.max(...amounts.flat()), parts = [];
    chosen.forEach((name, side) => {
      const x = side * each + left, sum = amounts[side].reduce((a, b) => a + b);
      parts.push(make("text", {class: "whole", x: side * each, y: 15}, fill(words.whole, {name, total: rounded(sum)})));
      networks[name].forEach((part, i) => {
        const y = top + i * row, long = wide * amounts[side][i] / most;
        parts.push(make("text", {class: "small", x: x - 8, y: y + 14, "text-anchor": "end"}, part.size),
          make("text", {class: "small", x: x - 8, y: y + 28, "text-anchor": "end", opacity: 0.75}, part.layers),
          make("rect", {class: side ? "second" : "first", x, y: y + 5, width: Math.max(1, long), height: row - 14, fill: looks[side]}),
          make("text", {class: "small amount", x: x + long + 5, y: y + 22}, rounded(amounts[side][i])));
      });
    });
    const tall = top + row * Math.max(...amounts.map((side) => side.length));
    drawing.replaceChildren(make("svg", {viewBox: `0 0 ${2 * each} ${tall}`, width: 2 * each}, ...parts));
  }

  const network = (side, text) => {
    const made = choice(text, names, (name) => { chosen[side] = name; draw(); });
    made.querySelector("select").selectedIndex = names.indexOf(chosen[side]);
    return made;
  };
  const what = choice(words.quantity, words.names, (name) => { quantity = facts.quantities[words.names.indexOf(name)]; draw(); });
  what.querySelector("select").selectedIndex = facts.quantities.indexOf(quantity);
  draw();
  return [make("div", {class: "row"}, network(0, words.first), network(1, words.second), what), drawing];
}
