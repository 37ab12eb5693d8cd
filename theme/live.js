// Live figures: moving a knob runs the listing here, in WebAssembly, and puts
// what it makes in the place of what the page came with.
(() => {
  "use strict";

  const forms = [...document.querySelectorAll("form.knobs")];
  const stillness = window.matchMedia("(prefers-reduced-motion: reduce)");
  const exports = {}; // By chapter: a promise of its compiled listings, once wanted.
  const chapterOf = (form) => form.dataset.listing.split("/")[0];

  function load(chapter) {
    exports[chapter] ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      const file = `generated/${chapter}.js`;
      script.src = path_to_root + file;
      script.onload = () => resolve(window.liveListings[chapter]);
      script.onerror = () => reject(new Error(`${file} cannot be loaded`));
      document.head.append(script);
    });
    return exports[chapter];
  }

  const controls = (form) => [...form.querySelectorAll("input, select")];
  const isRange = (control) => control.type === "range";
  const positions = (control) =>
    isRange(control)
      ? control.dataset.positions.split(" ")
      : [...control.options].map((option) => option.value);
  const setting = (control) =>
    isRange(control) ? positions(control)[control.value] : control.value;
  const defaultSetting = (control) =>
    isRange(control)
      ? positions(control)[control.defaultValue]
      : [...control.options].find((option) => option.defaultSelected).value;
  const changed = (form) =>
    controls(form).filter((control) => setting(control) !== defaultSetting(control));
  const query = (controls) => controls.map((c) => `${c.name}=${setting(c)}`).join("&");
  const everything = (form, selector) => document.querySelectorAll(selector(form.dataset.listing));

  function set(control, text) {
    const place = positions(control).indexOf(text);
    if (place >= 0) control.value = isRange(control) ? place : text;
  }

  async function run(form) {
    const settings = query(controls(form));
    const listings = await load(chapterOf(form));
    try {
      return JSON.parse(listings.run(form.dataset.listing, settings));
    } catch (error) {
      return { error: listings.panic_message() || String(error) };
    }
  }

  // One run at a time; what moved meanwhile is run next.
  async function redraw(form) {
    tell(form);
    form.stale = true;
    if (form.running) return;
    form.running = true;
    while (form.stale) {
      form.stale = false;
      const answer = await run(form).catch((error) => ({ error: error.message }));
      show(form, answer);
      await new Promise(requestAnimationFrame);
    }
    form.running = false;
  }

  // The state of the knobs in words: beside them, in the command, in the address.
  function tell(form) {
    for (const control of controls(form).filter(isRange)) {
      control.setAttribute("aria-valuetext", setting(control));
      control.nextElementSibling.value = setting(control);
    }
    const moved = changed(form);
    const flags = moved.map((c) => ` --${c.name.replaceAll("_", "-")}=${setting(c)}`);
    for (const command of everything(form, (id) => `[data-command="${id}"]`)) {
      command.textContent = `cargo run -- run ${form.dataset.listing}${flags.join("")}`;
    }
    form.querySelector("[type=reset]").hidden = moved.length === 0;
    const name = form.dataset.listing;
    const address = moved.length ? `#${name}?${query(moved)}` : location.pathname + location.search;
    history.replaceState(null, "", address);
  }

  function show(form, { made, error }) {
    const status = form.querySelector("[role=status]");
    form.classList.toggle("failed", error !== undefined);
    if (error !== undefined) {
      status.textContent = error;
      return;
    }
    const yours = changed(form).length > 0;
    status.innerHTML = yours
      ? 'Numbers <span class="yours">marked like this</span> are at your settings.'
      : "";
    const figure = form.closest("figure");
    figure.querySelector(".wide").innerHTML = made.figure.wide;
    figure.querySelector(".narrow").innerHTML = made.figure.narrow;
    const data = figure.querySelector(".data");
    if (data.href.startsWith("blob:")) URL.revokeObjectURL(data.href);
    data.href = URL.createObjectURL(new Blob([made.figure.csv], { type: "text/csv" }));
    for (const output of everything(form, (id) => `pre[data-listing="${id}"] samp`)) {
      output.textContent = made.text.trimEnd();
    }
    const value = (of) => made.values[of.split(".").pop()];
    for (const place of everything(form, (id) => `[data-value^="${id}."]`)) {
      put(place, value(place.dataset.value), yours);
    }
    for (const question of everything(form, (id) => `form.predict[data-of^="${id}."]`)) {
      expect(question, value(question.dataset.of));
    }
  }

  // What a prediction is checked against.
  function expect(question, value) {
    question.dataset.answer = value.number;
    question.dataset.shown = value.text;
  }

  // A value of the page, in a sentence or in a formula.
  function put(place, value, yours) {
    place.atDefaults ??= place.innerHTML;
    if (!yours) {
      place.innerHTML = place.atDefaults;
    } else if (place.localName === "mrow") {
      const number = document.createElementNS(place.namespaceURI, "mn");
      number.textContent = value.text;
      place.replaceChildren(number);
    } else {
      place.textContent = value.text;
    }
    place.classList.toggle("yours", yours);
  }

  // Plays the steps of a descent, one after the other; who wants no motion
  // takes them one at a time.
  function preparePlay(form) {
    const button = form.querySelector(".play");
    if (!button) return;
    const steps = form.elements.namedItem(button.dataset.knob);
    let timer;
    const stop = () => {
      clearInterval(timer);
      timer = undefined;
      label();
    };
    const label = () => {
      button.textContent = stillness.matches ? "Next step" : timer ? "Stop" : "Play";
    };
    const step = () => {
      steps.value = Number(steps.value) + 1;
      redraw(form);
      if (steps.value === steps.max) stop();
    };
    button.onclick = () => {
      if (timer) return stop();
      if (steps.value === steps.max) {
        steps.value = steps.min;
        redraw(form);
      } else if (stillness.matches) {
        step();
      }
      if (!stillness.matches) timer = setInterval(step, 350);
      label();
    };
    stillness.addEventListener("change", stop);
    button.hidden = false;
    label();
  }

  function restore() {
    const [name, query] = decodeURIComponent(location.hash.slice(1)).split("?");
    const form = forms.find(({ dataset }) => dataset.listing === name);
    if (!form || !query) return;
    for (const [knob, text] of new URLSearchParams(query)) {
      const control = form.elements.namedItem(knob);
      if (control) set(control, text);
    }
    redraw(form);
    form.closest("figure").scrollIntoView();
  }

  for (const form of forms) {
    form.hidden = false;
    form.addEventListener("input", () => redraw(form));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => redraw(form)));
    form.addEventListener("focusin", () => load(chapterOf(form)), { once: true });
    preparePlay(form);
  }
  restore();
  window.addEventListener("hashchange", restore);
})();
