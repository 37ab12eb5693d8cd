// Questions that answer back: a quiz whose options can be chosen, a prediction
// that is checked against the number a listing computed. Without this script
// the answers are folded under the questions.
(() => {
  "use strict";

  const told = (place) => {
    const status = document.createElement("p");
    status.setAttribute("role", "status");
    place.after(status);
    return status;
  };

  // A formula in a button has no name of its own; its letters have.
  function nameOf(button) {
    const copy = button.cloneNode(true);
    for (const fraction of copy.querySelectorAll("mfrac")) fraction.firstElementChild.after("/");
    return copy.textContent.trim();
  }

  // The options are a list, `A. …`; the folded answer has a paragraph for each,
  // `**A.** …`, that of the right one first.
  function prepareQuiz(answer) {
    const list = answer.previousElementSibling;
    if (list?.localName !== "ul") return;
    const options = [...list.children];
    if (!options.every((option) => /^[A-Z]\. /.test(option.textContent))) return;
    const reasons = [...answer.querySelectorAll("p")];
    const right = reasons[0].textContent[0];
    const status = told(list);
    list.classList.add("options");
    const buttons = options.map((option) => {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-pressed", false);
      // A button can hold no link, not even one to the glossary.
      for (const link of option.querySelectorAll("a")) link.replaceWith(...link.childNodes);
      button.append(...option.childNodes);
      if (button.querySelector("math")) button.setAttribute("aria-label", nameOf(button));
      option.append(button);
      return button;
    });
    const choose = (button) => {
      const letter = button.textContent[0];
      const isRight = letter === right;
      for (const other of buttons) {
        other.setAttribute("aria-pressed", other === button);
        other.parentElement.className = "";
      }
      button.parentElement.className = isRight ? "is-right" : "is-wrong";
      if (isRight) answer.open = true;
      status.textContent = isRight ? "Right." : "Not this one.";
      if (isRight) return;
      const [, ...reason] = reasons.find((p) => p.textContent[0] === letter).childNodes;
      status.append(...reason.map((node) => node.cloneNode(true)));
    };
    for (const button of buttons) button.onclick = () => choose(button);
  }

  // A number as people write it: 1,024 or 0,5 or 10 % or 2^10 or 3 × 10^-4 or
  // 1/3; not a number if it is none.
  function read(guess) {
    let text = guess.replace(/[\s_]/g, "").replace(/−/g, "-").replace(/\*\*/g, "^");
    const isPercent = text.endsWith("%");
    if (isPercent) text = text.slice(0, -1);
    const isGrouped = /^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(text);
    text = isGrouped ? text.replaceAll(",", "") : text.replace(",", ".");
    const [numerator, ...denominators] = text.split("/").map(product);
    const number = denominators.reduce((left, right) => left / right, numerator);
    return isPercent ? number / 100 : number;
  }

  const product = (text) => text.split(/[*×·⋅]/).map(power).reduce((left, right) => left * right);

  function power(text) {
    const [base, ...exponents] = text.split("^").map(decimal);
    if (exponents.length === 0) return base;
    // -2^2 is -(2^2).
    const size = Math.abs(base) ** (exponents.length === 1 ? exponents[0] : NaN);
    return text.startsWith("-") ? -size : size;
  }

  const decimal = (text) => (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN);

  // A guess within a hundredth of the number is right, within a tenth near. The
  // number is that of the settings which the question names, not of the knobs.
  function preparePrediction(form) {
    const status = form.querySelector("[role=status]");
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const number = Number(form.dataset.answer);
      const guess = read(form.elements.guess.value);
      if (Number.isNaN(guess)) {
        status.textContent = "That is no number. Write one, like 1.5, 1e3, 2^10, 1/3 or 10 %.";
        return;
      }
      const off = Math.abs(guess - number) / Math.max(Math.abs(number), Number.MIN_VALUE);
      const verdict = off <= 0.01 ? "Right" : off <= 0.1 ? "Near" : "Not quite";
      status.textContent = `${verdict}: it is ${form.dataset.shown}.`;
    });
  }

  document.querySelectorAll("details.answer").forEach(prepareQuiz);
  document.querySelectorAll("form.predict").forEach(preparePrediction);
})();
