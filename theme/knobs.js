// What live figures are made of: knobs, the room that a figure keeps, the button
// that plays.
"use strict";

// A knob: what it is set to, to the letter, and the controls that show it.
class Knob {
  constructor(place) {
    this.control = place.querySelector("input[type=range], select");
    this.isSlider = this.control.type === "range";
    // A slider has one for what lies between, a text for any but the examples.
    this.field = place.querySelector("input[type=text]");
    this.name = this.control.name;
    this.positions = this.isSlider
      ? this.control.dataset.positions.split(" ")
      : Array.from(this.control.options, (option) => option.value);
    this.default = place.dataset.default;
    this.set(this.default);
  }

  has(control) {
    return control === this.control || control === this.field;
  }

  isMoved() {
    return this.text !== this.default;
  }

  // The place among the positions; of what lies between, that of the nearest.
  place() {
    const place = this.positions.indexOf(this.text);
    if (place >= 0 || !this.isSlider) return place;
    const off = this.positions.map((position) => Math.abs(position - this.text));
    return off.indexOf(Math.min(...off));
  }

  set(text) {
    this.text = text;
    this.show();
  }

  show() {
    const place = this.place();
    if (this.field) this.field.value = this.text;
    if (!this.isSlider) {
      this.control.selectedIndex = place; // None, if it is a text of one's own.
      return;
    }
    // What is no number has no place; the field says it, and the figure why.
    if (place >= 0) this.control.value = place;
    this.control.setAttribute("aria-valuetext", this.text);
  }

  // After the reader moved one of its controls.
  read(control) {
    if (control === this.field) this.set(control.value.trim());
    else this.set(this.positions[this.isSlider ? control.value : control.selectedIndex]);
  }

  setInvalid(isInvalid) {
    (this.field ?? this.control).setAttribute("aria-invalid", isInvalid);
  }
}

// A setting as a shell takes it.
const quoted = (text) =>
  /^[\w.+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

// The room that a figure, what its listing printed, and the words with its values
// have on the page. They keep it, so that nothing moves under the hand: a higher
// drawing gets smaller, more lines scroll, longer words are set smaller.
class Room {
  constructor(drawings, outputs, words) {
    Object.assign(this, { drawings, outputs, words });
    this.sizes = new Map();
    let width = innerWidth;
    window.addEventListener("resize", () => {
      if (innerWidth !== width) this.release();
      width = innerWidth;
    });
  }

  // Before the figure changes.
  keep() {
    for (const drawing of this.drawings) {
      const { width, height } = drawing.querySelector("svg").viewBox.baseVal;
      drawing.style.aspectRatio ||= `${width} / ${height}`;
    }
    for (const block of [...this.outputs, ...this.words]) {
      if (this.sizes.has(block) || block.closest("details:not([open])")) continue;
      const { fontSize, marginBlock } = getComputedStyle(block);
      this.sizes.set(block, parseFloat(fontSize));
      const blockSize = `${block.getBoundingClientRect().height}px`;
      Object.assign(block.style, { blockSize, marginBlock });
    }
  }

  // After it has changed.
  fit() {
    for (const block of this.words) {
      block.style.fontSize = "";
      const size = this.sizes.get(block);
      for (let part = 0.96; size && part > 0.7 && isTooSmall(block); part -= 0.04) {
        block.style.fontSize = `${part * size}px`;
      }
    }
  }

  release() {
    const free = { blockSize: "", marginBlock: "", fontSize: "" };
    for (const block of this.sizes.keys()) Object.assign(block.style, free);
    this.sizes.clear();
  }
}

const isTooSmall = (block) => block.scrollHeight > block.clientHeight + 2;

// Plays a count step by step; who wants no motion takes one at a time.
function preparePlay(figure) {
  const button = figure.form.querySelector(".play");
  const knob = figure.knobs.find(({ name }) => name === button?.dataset.knob);
  if (!knob) return;
  const stillness = window.matchMedia("(prefers-reduced-motion: reduce)");
  const last = knob.positions.length - 1;
  let timer;
  const label = () => {
    button.textContent = stillness.matches ? "Next step" : timer ? "Stop" : "Play";
  };
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
    label();
  };
  const go = (place) => {
    knob.set(knob.positions[place]);
    figure.redraw();
    if (place === last) stop();
  };
  const next = () => go(Math.min(knob.place() + 1, last));
  button.onclick = () => {
    if (timer) return stop();
    if (knob.place() === last) go(0);
    else if (stillness.matches) next();
    if (!stillness.matches) timer = setInterval(next, 350);
    label();
  };
  stillness.addEventListener("change", stop);
  button.hidden = false;
  label();
}
