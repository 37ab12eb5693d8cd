// Hands on a figure: handles in its drawing that turn knobs, and the numbers of
// the point that is pointed at. What a drawing says of its panels is in the data
// attributes of its SVG.
"use strict";

// An axis: its values, and where they stand between two places of the drawing.
class Scale {
  constructor(text, from, to) {
    const [low, high, kind] = text.split(" ");
    Object.assign(this, { low: Number(low), high: Number(high), isLog: kind === "log", from, to });
  }

  value(place) {
    const part = (place - this.from) / (this.to - this.from);
    if (this.isLog) return this.low * (this.high / this.low) ** part;
    return this.low + (this.high - this.low) * part;
  }

  place(value) {
    const { low, high, isLog, from, to } = this;
    const part = isLog ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    return from + (to - from) * part;
  }

  has(place) {
    return (place - this.from) * (place - this.to) <= 0;
  }

  hold(place) {
    const [least, most] = [this.from, this.to].sort((a, b) => a - b);
    return Math.min(Math.max(place, least), most);
  }
}

class Panel {
  constructor(group) {
    const { panel, box, x, y, xLabel, yLabel } = group.dataset;
    const [left, top, right, bottom] = box.split(" ").map(Number);
    this.scales = [new Scale(x, left, right), new Scale(y, bottom, top)];
    Object.assign(this, { name: panel, labels: [xLabel, yLabel], handles: [...group.children] });
  }

  has(at) {
    return this.scales.every((scale, of) => scale.has(at[of]));
  }
}

// What a hand can hold in a drawing: a point or a line, which sets a knob for its
// x, or its y, or each. To those who cannot see it, it is a slider.
class Handle {
  constructor(hands, sets) {
    this.knobs = sets.split(" ").map((name) => hands.live.knobs.find((knob) => knob.name === name));
    const [across, up] = this.knobs;
    const goes = across && up ? "free" : across ? "sideways" : "upwards";
    this.element = hands.layer.appendChild(make("div", `handle ${goes}`));
    const knobs = this.knobs.filter(Boolean);
    const attributes = {
      role: "slider",
      tabindex: 0,
      "aria-label": `${knobs.map((knob) => knob.label).join(" and ")}, in the drawing`,
      "aria-orientation": across ? "horizontal" : "vertical",
      "aria-valuemin": 0,
      "aria-valuemax": knobs[0].positions.length - 1,
    };
    for (const [name, value] of Object.entries(attributes)) this.element.setAttribute(name, value);
    this.listen(hands);
  }

  listen(hands) {
    const { element } = this;
    let off; // From where it is held to where it stands.
    element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      element.focus({ preventScroll: true });
      element.setPointerCapture(event.pointerId);
      const held = hands.at(event);
      off = this.at.map((place, of) => place - held[of]);
    });
    element.addEventListener("pointermove", (event) => {
      if (!element.hasPointerCapture(event.pointerId)) return;
      this.move(hands, hands.at(event).map((place, of) => place + off[of]));
    });
    element.addEventListener("keydown", (event) => {
      const [across, up] = this.knobs;
      const turns = {
        ArrowLeft: [across ?? up, -1],
        ArrowRight: [across ?? up, 1],
        ArrowDown: [up ?? across, -1],
        ArrowUp: [up ?? across, 1],
        PageDown: [across ?? up, -10],
        PageUp: [across ?? up, 10],
        Home: [across ?? up, -Infinity],
        End: [across ?? up, Infinity],
      };
      if (!(event.key in turns) || event.ctrlKey || event.altKey || event.metaKey) return;
      // Else mdBook turns the page.
      event.preventDefault();
      event.stopPropagation();
      const [knob, by] = turns[event.key];
      const last = knob.positions.length - 1;
      knob.set(knob.positions[Math.min(Math.max(knob.place() + by, 0), last)]);
      hands.live.redraw();
    });
  }

  // Sets its knobs to where it is to be, as near as they have positions.
  move(hands, at) {
    const before = this.knobs.map((knob) => knob?.text).join();
    this.knobs.forEach((knob, of) => {
      const scale = this.panel.scales[of];
      knob?.set(knob.positions[knob.nearest(scale.value(scale.hold(at[of])))]);
    });
    if (this.knobs.map((knob) => knob?.text).join() !== before) hands.live.redraw();
  }

  // Puts it where the drawing has it; a line is as long as its panel.
  place(hands, panel, group) {
    this.panel = panel;
    const places = group.dataset.at.split(" ").map(Number);
    const isLine = places.some(Number.isNaN);
    this.at = places.map((place, of) => {
      const { from, to } = panel.scales[of];
      return Number.isNaN(place) ? (from + to) / 2 : place;
    });
    hands.put(this.element, this.at);
    this.element.classList.toggle("line", isLine);
    const { from, to } = panel.scales[this.knobs[0] ? 1 : 0];
    this.element.style.setProperty("--length", `${hands.svg.getScreenCTM().a * Math.abs(to - from)}px`);
    const knobs = this.knobs.filter(Boolean);
    const said = knobs.map((knob) => `${knob.label} ${knob.text}`).join(", ");
    this.element.setAttribute("aria-valuetext", said);
    this.element.setAttribute("aria-valuenow", Math.max(knobs[0].place(), 0));
  }
}

// Over the drawing of a figure; `live` is the figure with its knobs, if it has any.
class Hands {
  constructor(figure, live) {
    Object.assign(this, { figure, live, handles: new Map() });
    this.drawing = figure.querySelector(".drawing");
    this.layer = this.drawing.appendChild(make("div", "hands"));
    this.spot = this.layer.appendChild(make("div", "spot"));
    this.reading = this.layer.appendChild(make("div", "reading"));
    this.forget();
    // At once, and whenever the drawing gets another size or its other form.
    new ResizeObserver(() => this.read()).observe(this.drawing);
    this.listen();
  }

  listen() {
    this.drawing.addEventListener("click", (event) => {
      if (event.target.closest(".handle")) return;
      const at = this.at(event);
      // Where a handle goes anywhere, it comes to where one clicks.
      const comes = ({ panel, knobs }) => panel?.has(at) && knobs.every(Boolean);
      [...this.handles.values()].find(comes)?.move(this, at);
    });
    for (const type of ["pointerdown", "pointermove"]) {
      this.drawing.addEventListener(type, (event) => this.tell(event));
    }
    // What a finger has touched stays until it touches something else.
    this.drawing.addEventListener("pointerleave", ({ pointerType }) => {
      if (pointerType === "mouse") this.forget();
    });
    document.addEventListener("pointerdown", ({ target }) => {
      if (!this.drawing.contains(target)) this.forget();
    });
  }

  // Reads the drawing that is there now.
  read() {
    const forms = [...this.drawing.querySelectorAll(".wide, .narrow")];
    const shown = forms.find((form) => form.getClientRects().length > 0);
    if (!shown) return;
    this.svg = shown.querySelector("svg");
    this.panels = Array.from(this.svg.querySelectorAll("[data-box]"), (group) => new Panel(group));
    this.points = undefined;
    if (!this.live) return;
    this.placeHandles();
    this.live.pin.show(this.svg);
  }

  placeHandles() {
    const kept = new Set();
    for (const [number, panel] of this.panels.entries()) {
      for (const group of panel.handles) {
        const key = `${number} ${group.dataset.sets}`;
        if (!this.handles.has(key)) this.handles.set(key, new Handle(this, group.dataset.sets));
        this.handles.get(key).place(this, panel, group);
        kept.add(key);
      }
    }
    for (const [key, { element }] of this.handles) element.hidden = !kept.has(key);
  }

  // Where a pointer is in the drawing's own lengths.
  at({ clientX, clientY }) {
    const { a, d, e, f } = this.svg.getScreenCTM();
    return [(clientX - e) / a, (clientY - f) / d];
  }

  // Puts the middle of an element on a point of the drawing.
  put(element, [x, y]) {
    const { a, d, e, f } = this.svg.getScreenCTM();
    const { left, top } = this.layer.getBoundingClientRect();
    element.style.left = `${a * x + e - left}px`;
    element.style.top = `${d * y + f - top}px`;
  }

  // All points that were drawn: panel, label, place, numbers.
  async readPoints() {
    const csv = await (this.live ? this.live.data() : fetchText(this.figure.querySelector(".data").href));
    const row = /^"((?:[^"]|"")*)","((?:[^"]|"")*)",([^,]+),(.+)$/gm;
    return Array.from(csv.matchAll(row), ([, name, label, ...numbers]) => {
      const panel = this.panels.find((panel) => panel.name === name.replaceAll('""', '"'));
      numbers = numbers.map(Number);
      const at = panel?.scales.map((scale, of) => scale.place(numbers[of]));
      return { panel, label: label.replaceAll('""', '"'), at, numbers };
    }).filter(({ panel, at }) => panel?.has(at));
  }

  // Shows the numbers of the point nearest to a pointer, if one is near.
  async tell(event) {
    this.points ??= this.readPoints();
    const points = await this.points.catch(() => []);
    const at = this.at(event);
    // A curve with a name comes before one without.
    const distance = (point) =>
      Math.hypot(point.at[0] - at[0], point.at[1] - at[1]) - (point.label ? 3 : 0);
    let [nearest, least] = [undefined, NEAR];
    for (const point of points) {
      const off = distance(point);
      if (off <= least) [nearest, least] = [point, off];
    }
    if (!nearest) return this.forget();
    const { panel, label, numbers } = nearest;
    const said = panel.labels.map((name, of) => `${name} ${written(numbers[of])}`).join(", ");
    this.reading.textContent = label ? `${label}: ${said}` : said;
    this.reading.hidden = this.spot.hidden = false;
    this.put(this.spot, nearest.at);
    this.put(this.reading, nearest.at);
    // Beside it, where there is more room.
    const { width } = this.svg.viewBox.baseVal;
    this.reading.classList.toggle("before", nearest.at[0] > width / 2);
  }

  forget() {
    this.reading.hidden = this.spot.hidden = true;
  }
}

const fetchText = async (address) => (await fetch(address)).text();

// So near, in lengths of the drawing, a point is pointed at.
const NEAR = 24;
