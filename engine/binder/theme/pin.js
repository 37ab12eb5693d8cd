// Compare: what was seen stays, pale, behind what comes, until it is unpinned.
"use strict";

class Pin {
  constructor(live) {
    this.live = live;
    this.button = live.form.querySelector(".pin");
    this.place = make("div", "pinned");
    live.figure.querySelector(".drawing").append(this.place);
    this.button.onclick = () => {
      this.name = this.name === undefined ? this.take() : undefined;
      this.button.setAttribute("aria-pressed", this.name !== undefined);
      this.button.textContent = this.name === undefined ? "Pin" : "Unpin";
      live.hands.read();
      live.say();
    };
  }

  // Keeps the curves of both forms; returns what their settings are called.
  take() {
    this.forms = {};
    for (const form of ["wide", "narrow"]) {
      const svg = this.live.figure.querySelector(`.${form} > svg`).cloneNode(true);
      const panels = panelsOf(svg);
      for (const part of svg.querySelectorAll("text, .axis, .grid, [data-box]")) part.remove();
      this.forms[form] = { svg, panels };
    }
    const { moved, knobs } = this.live;
    const label = (name) => knobs.find((knob) => knob.name === name).label;
    return moved.map(({ name, text }) => `${label(name)} ${text}`).join(", ") || "as it came";
  }

  // Puts the curves of each panel where that panel is now; with other axes they
  // would lie.
  show(svg) {
    this.place.replaceChildren();
    if (this.name === undefined) return;
    const kept = this.forms[svg.parentElement.className];
    const curves = svg.cloneNode(false);
    for (const name of ["role", "aria-label"]) curves.removeAttribute(name);
    curves.setAttribute("aria-hidden", true);
    const panels = panelsOf(svg);
    const matches = panels.map(({ scales }, number) => scales === kept.panels[number]?.scales);
    this.isShown = matches.every(Boolean);
    for (const [number, { box }] of panels.entries()) {
      if (matches[number]) curves.append(moved(kept.svg, kept.panels[number].box, box));
    }
    const { a, d, e, f } = svg.getScreenCTM();
    const { left, top } = this.place.getBoundingClientRect();
    const { width, height } = svg.viewBox.baseVal;
    const lengths = { left: e - left, top: f - top, width: a * width, height: d * height };
    for (const [name, length] of Object.entries(lengths)) curves.style[name] = `${length}px`;
    this.place.append(curves);
  }

  words() {
    if (this.name === undefined) return "";
    return this.isShown ? ` Pale: ${this.name}.` : " What is pinned has other axes.";
  }
}

// What a drawing says of its panels: where each is, and what its axes are.
function panelsOf(svg) {
  return Array.from(svg.querySelectorAll("[data-box]"), ({ dataset }) => ({
    box: dataset.box.split(" ").map(Number),
    scales: `${dataset.x} ${dataset.y}`,
  }));
}

// What of a drawing is in one box, in another.
function moved(svg, [left, top, right, bottom], [newLeft, newTop, newRight, newBottom]) {
  const part = document.createElementNS(svg.namespaceURI, "svg");
  const attributes = {
    x: newLeft,
    y: newTop,
    width: newRight - newLeft,
    height: newBottom - newTop,
    viewBox: [left, top, right - left, bottom - top].join(" "),
    preserveAspectRatio: "none",
  };
  for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
  for (const child of svg.children) part.append(child.cloneNode(true));
  return part;
}
