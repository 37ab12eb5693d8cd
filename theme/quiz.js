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
    for (const option of options) {
      const button = document.createElement("button");
      button.type = "button";
      // A button can hold no link, not even one to the glossary.
      for (const link of option.querySelectorAll("a")) link.replaceWith(...link.childNodes);
      button.append(...option.childNodes);
      option.append(button);
      button.onclick = () => {
        const letter = button.textContent[0];
        const isRight = letter === right;
        for (const other of options) other.className = "";
        option.className = isRight ? "is-right" : "is-wrong";
        if (isRight) answer.open = true;
        status.textContent = isRight ? "Right." : "Not this one.";
        if (isRight) return;
        const [, ...reason] = reasons.find((p) => p.textContent[0] === letter).childNodes;
        status.append(...reason.map((node) => node.cloneNode(true)));
      };
    }
  }

  // A guess within a hundredth of the number is right, within a tenth near.
  function preparePrediction(form) {
    const status = form.querySelector("[role=status]");
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const number = Number(form.dataset.answer);
      const guess = Number(form.elements.guess.value.replace("−", "-").replace(",", "."));
      const off = Math.abs(guess - number) / Math.max(Math.abs(number), Number.MIN_VALUE);
      const verdict = off <= 0.01 ? "Right" : off <= 0.1 ? "Near" : "Not quite";
      status.textContent = `${verdict}: it is ${form.dataset.shown}.`;
    });
  }

  document.querySelectorAll("details.answer").forEach(prepareQuiz);
  document.querySelectorAll("form.predict").forEach(preparePrediction);
})();
