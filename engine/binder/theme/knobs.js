// What live figures are made of: knobs, the room that a figure keeps, the button
// that plays.
"use strict";

function make(name, className) {
  const element = document.createElement(name);
  element.className = className;
  return element;
}

// A number with four digits.
const written = (number) => `${Number(Number(number).toPrecision(4))}`.replace("-", "−");

// A knob: what it is set to, to the letter, and the controls that show it.
class Knob {
  constructor(place) {
    this.control = place.querySelector("input[type=range], select");
    this.isSlider = this.control.type === "range";
    // A slider has one for what lies between, a text for any but the examples.
    this.field = place.querySelector("input[type=text]");
    this.name = this.control.name;
    this.label = place.querySelector("label").firstChild.textContent.trim();
    this.positions = this.isSlider
      ? this.control.dataset.positions.split(" ")
      : Array.from(this.control.options, (option) => option.value);
    this.default = place.dataset.default;
    this.element = place;
    this.hint([]);
    this.set(this.default);
  }

  // Shows what its listing says of it: marks on its track, beside one at its
  // default, and why it changes nothing, if it does not.
  hint(hints) {
    const marks = hints.filter(({ at }) => at !== null);
    if (this.isSlider) this.mark([{ words: "", at: this.default }, ...marks]);
    const idle = hints.find(({ at }) => at === null);
    this.element.classList.toggle("idle", idle !== undefined);
    if (!this.reason) {
      this.reason = make("small", "why");
      this.element.querySelector("label").firstChild.after(this.reason);
    }
    this.reason.textContent = idle?.words ?? "";
  }

  mark(marks) {
    this.track ??= this.control.parentElement.appendChild(make("span", "track"));
    const shown = marks.map(({ words, at }) => ({ words, part: this.part(at) }));
    this.track.replaceChildren(
      ...shown.filter(({ part }) => part >= 0).map(({ words, part }) => {
        const mark = make("span", words ? "mark named" : "mark");
        mark.style.insetInlineStart = `${100 * part}%`;
        mark.textContent = words;
        return mark;
      }),
    );
    const named = marks.filter(({ words }) => words);
    const said = named.map(({ words, at }) => `${words} is ${written(at)}`);
    this.control.setAttribute("aria-description", said.join(", "));
  }

  // The part of its track at which a number lies, between its positions; none if
  // it lies beyond them.
  part(number) {
    const last = this.positions.length - 1;
    const next = this.positions.findIndex((position) => position >= Number(number));
    if (next < 0 || number < Number(this.positions[0])) return undefined;
    const [low, high] = [Math.max(next - 1, 0), next].map((place) => Number(this.positions[place]));
    return (next - (next && (high - number) / (high - low))) / last;
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
    return place >= 0 || !this.isSlider ? place : this.nearest(this.text);
  }

  // The place of the position nearest to a number; none if it is no number.
  nearest(number) {
    const off = this.positions.map((position) => Math.abs(position - number));
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

// Plays a number: takes it through its positions, some of them where they are
// many; who wants no motion takes one step at a time. Slowly is a quarter as fast:
// in smaller steps, where there are any, or with longer rests.
function preparePlay(figure) {
  const { form, knobs } = figure;
  const button = form.querySelector(".play");
  if (!button) return;
  const choice = form.querySelector(".played");
  const slow = form.querySelector(".slow input");
  const stillness = window.matchMedia("(prefers-reduced-motion: reduce)");
  let timer;
  const label = () => {
    button.textContent = stillness.matches ? "Next step" : timer ? "Stop" : "Play";
  };
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
    label();
  };
  const played = () => knobs.find(({ name }) => name === (choice?.value ?? button.dataset.knob));
  const end = (knob) => knob.positions.length - 1;
  const times = () => (slow.checked ? 4 : 1);
  const stride = (knob) => Math.ceil(end(knob) / ((stillness.matches ? 20 : 160) * times()));
  const go = (knob, place) => {
    knob.set(knob.positions[place]);
    figure.redraw();
  };
  const step = () => {
    const knob = played();
    go(knob, Math.min(knob.place() + stride(knob), end(knob)));
    if (knob.place() === end(knob)) stop();
    else if (timer) rest();
  };
  const rest = () => {
    const knob = played();
    const even = (10_000 * times() * stride(knob)) / end(knob);
    timer = setTimeout(step, Math.min(350 * times(), Math.max(60, even)));
  };
  button.onclick = () => {
    if (timer) return stop();
    const knob = played();
    if (knob.place() === end(knob)) go(knob, 0);
    else if (stillness.matches) step();
    if (!stillness.matches) rest();
    label();
  };
  choice?.addEventListener("input", stop);
  stillness.addEventListener("change", stop);
  label();
}
