// Live figures: moving a knob runs the listing here, in WebAssembly, and puts
// what it makes in the place of what the page came with.
(() => {
  "use strict";

  const COMING = "What computes this figure is on its way …";
  const YOURS = 'Numbers <span class="yours">marked like this</span> are at your settings.';
  const chapters = {}; // By name: a promise of its compiled listings, once wanted.

  function load(chapter) {
    chapters[chapter] ??= fetchScript(chapter).catch((error) => {
      // Forgotten, so that the next touch tries again.
      delete chapters[chapter];
      throw error;
    });
    return chapters[chapter];
  }

  async function fetchScript(chapter) {
    for (const need of ["WebAssembly", "DecompressionStream"]) {
      if (!(need in window)) throw new Error(`This browser lacks ${need}, which knobs need.`);
    }
    const script = document.createElement("script");
    const file = `generated/${chapter}.js`;
    script.src = path_to_root + file;
    const loaded = new Promise((resolve, reject) => {
      script.onload = resolve;
      script.onerror = () => reject(new Error(`${file} did not load. Move a knob to try again.`));
    });
    document.head.append(script);
    await loaded.finally(() => script.remove());
    return window.liveListings[chapter];
  }

  function put(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  // A figure with its knobs, and all on the page that follows them.
  class LiveFigure {
    constructor(form) {
      this.form = form;
      this.listing = form.dataset.listing;
      this.chapter = this.listing.split("/")[0];
      this.figure = form.closest("figure");
      this.status = form.querySelector("[role=status]");
      this.knobs = [...form.querySelectorAll(".knob")].map((place) => new Knob(place));
      this.hint(JSON.parse(form.dataset.hints));
      this.moved = []; // The knobs, as the figure has them that is shown.
      this.values = [...document.querySelectorAll(`[data-value^="${this.listing}."]`)];
      this.room = new Room(
        this.figure.querySelectorAll(".wide, .narrow"),
        this.everywhere("pre[data-listing=%]"),
        new Set(this.values.map((value) => value.closest("p, li, td, th, dd, figcaption"))),
      );
      this.pin = new Pin(this);
      this.hands = new Hands(this.figure, this);
      this.listen();
      this.tellReset();
      form.hidden = false;
    }

    listen() {
      // A slider or a list acts as it moves, a field when it is left.
      for (const [event, isTyped] of [["input", false], ["change", true]]) {
        this.form.addEventListener(event, ({ target }) => {
          if ((target.type === "text") === isTyped) this.read(target);
        });
      }
      this.form.addEventListener("submit", (event) => event.preventDefault());
      this.form.addEventListener("reset", (event) => {
        event.preventDefault();
        this.set({});
      });
    }

    hint(hints) {
      for (const knob of this.knobs) knob.hint(hints.filter((hint) => hint.knob === knob.name));
    }

    everywhere(selector) {
      return document.querySelectorAll(selector.replace("%", `"${this.listing}"`));
    }

    read(control) {
      const knob = this.knobs.find((knob) => knob.has(control));
      if (!knob) return; // What is played, and how fast.
      knob.read(control);
      this.redraw();
    }

    // Sets every knob: to what is named, or to its default.
    set(settings) {
      for (const knob of this.knobs) knob.set(settings[knob.name] ?? knob.default);
      this.redraw();
    }

    settings() {
      return this.knobs.filter((knob) => knob.isMoved()).map(({ name, text }) => ({ name, text }));
    }

    tellReset() {
      // Not disabled: it would lose the focus, and the next arrow the page.
      const reset = this.form.querySelector("[type=reset]");
      reset.setAttribute("aria-disabled", this.settings().length === 0);
    }

    // One run at a time; what moved meanwhile is run next. The figure first:
    // whatever follows from it waits until it rests.
    async redraw() {
      this.isStale = true;
      this.tellReset();
      if (this.isBusy()) return;
      this.figure.setAttribute("aria-busy", true);
      try {
        while (this.isStale) {
          this.isStale = false;
          const settings = this.settings();
          this.show(await this.run(settings), settings);
          await new Promise(requestAnimationFrame);
        }
      } finally {
        this.figure.setAttribute("aria-busy", false);
      }
      page.rests(this);
    }

    isBusy() {
      return this.figure.getAttribute("aria-busy") === "true";
    }

    async run(settings) {
      const coming = setTimeout(() => this.fail(COMING), 150);
      let listings;
      try {
        listings = await load(this.chapter);
        this.defaults ??= this.compute(listings, []).values;
        return { made: this.compute(listings, settings) };
      } catch (error) {
        return { error: listings?.panic_message() || error.message };
      } finally {
        clearTimeout(coming);
      }
    }

    compute(listings, settings) {
      const lines = settings.map(({ name, text }) => `${name}=${text}`).join("\n");
      const { made, error } = JSON.parse(listings.run(this.listing, lines));
      if (error !== undefined) throw new Error(error);
      return made;
    }

    // What is shown is not at the knobs' settings, for a reason.
    fail(reason) {
      this.figure.classList.add("behind");
      put(this.status, reason);
      const [, name] = /^knob (\w+):/.exec(reason) ?? [];
      for (const knob of this.knobs) knob.setInvalid(knob.name === name);
    }

    show({ made, error }, settings) {
      this.form.classList.toggle("failed", error !== undefined);
      if (error !== undefined) return this.fail(error);
      this.room.keep();
      this.figure.classList.remove("behind");
      for (const knob of this.knobs) knob.setInvalid(false);
      this.moved = settings;
      this.draw(made);
      this.room.fit();
      this.hands.read();
      for (const place of this.everywhere("[data-command=%]")) put(place, this.command());
      this.say();
    }

    // What is said of what is shown.
    say() {
      const words = this.moved.length ? YOURS : "";
      const pale = this.pin.words();
      if (this.status.innerHTML !== words + pale) {
        this.status.innerHTML = words;
        this.status.append(pale);
      }
    }

    // The points of its curves, as CSV.
    async data() {
      return this.csv ?? this.compute(await load(this.chapter), []).figure.csv;
    }

    draw({ figure, text, values, hints }) {
      this.hint(hints);
      this.figure.querySelector(".wide").innerHTML = figure.wide;
      this.figure.querySelector(".narrow").innerHTML = figure.narrow;
      const data = this.figure.querySelector(".data");
      if (data.href.startsWith("blob:")) URL.revokeObjectURL(data.href);
      this.csv = figure.csv;
      data.href = URL.createObjectURL(new Blob([figure.csv], { type: "text/csv" }));
      for (const place of this.everywhere("pre[data-listing=%] samp")) put(place, text.trimEnd());
      for (const place of this.values) {
        const name = place.dataset.value.slice(this.listing.length + 1);
        showValue(place, values[name].text, values[name].text !== this.defaults[name].text);
      }
    }

    // What makes, in a terminal, what is shown.
    command() {
      const flags = this.moved.map(({ name, text }) => ` --${name.replaceAll("_", "-")}=${quoted(text)}`);
      return `cargo run -- run ${this.listing}${flags.join("")}`;
    }

    // Its place in an address, with the knobs that were moved.
    place() {
      const settings = this.moved.map(({ name, text }) => `${name}=${encodeURIComponent(text)}`);
      return `${this.listing}?${settings.join("&")}`;
    }

    link() {
      return `${bareAddress()}#${this.moved.length ? this.place() : `figure:${this.listing}`}`;
    }

    // Read aloud, once, when it rests.
    describe() {
      this.description ??= this.form.appendChild(document.createElement("p"));
      this.description.className = "description";
      this.description.setAttribute("aria-live", "polite");
      put(this.description, this.figure.querySelector("svg").getAttribute("aria-label"));
    }
  }

  // A value of the page, in a sentence or in a formula.
  function showValue(place, text, isYours) {
    place.atDefaults ??= place.innerHTML;
    place.classList.toggle("yours", isYours);
    if (!isYours) {
      if (place.innerHTML !== place.atDefaults) place.innerHTML = place.atDefaults;
    } else if (place.localName === "mrow") {
      const number = document.createElementNS(place.namespaceURI, "mn");
      number.textContent = text;
      place.replaceChildren(number);
    } else {
      put(place, text);
    }
  }

  // The address says all knobs that were moved, of all figures, so that a link
  // restores them: #chapter/listing?knob=1&other=2;chapter/another?knob=3.
  const page = {
    // Browsers refuse more than a hundred changes of the address in ten seconds.
    rests(figure) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => {
        figure.describe();
        this.writeAddress(figure);
        document.dispatchEvent(new Event("rest"));
      }, 400);
    },

    writeAddress(last) {
      const inOrder = [last, ...figures.filter((figure) => figure !== last)];
      const moved = inOrder.filter((figure) => figure.moved.length > 0);
      const places = moved.map((figure) => figure.place());
      const bare = bareAddress();
      try {
        history.replaceState(null, "", places.length ? `${bare}#${places.join(";")}` : bare);
      } catch {
        // Refused all the same; the next rest will do.
      }
    },

    readAddress() {
      const places = location.hash.slice(1).split(";").map((place) => place.split("?"));
      if (!places.some(([, settings]) => settings)) return;
      const settings = Object.fromEntries(places);
      for (const figure of figures) {
        const named = Object.fromEntries(new URLSearchParams(settings[figure.listing]));
        if (settings[figure.listing] || figure.settings().length > 0) figure.set(named);
      }
      return figures.find(({ listing }) => listing === places[0][0]);
    },
  };

  const figures = Array.from(document.querySelectorAll("form.knobs"), (form) => new LiveFigure(form));
  figures.forEach(preparePlay);
  for (const figure of document.querySelectorAll("figure.chart")) {
    const live = figures.find((live) => live.figure === figure);
    if (!live) new Hands(figure);
    prepareMenu(figure, live);
  }

  // A chapter's listings come before they are wanted, when a figure comes near.
  const near = new IntersectionObserver(
    (entries) => {
      for (const { target } of entries.filter(({ isIntersecting }) => isIntersecting)) {
        near.unobserve(target);
        load(target.dataset.listing.split("/")[0]).catch(() => {});
      }
    },
    { rootMargin: "50%" },
  );
  for (const { form } of figures) near.observe(form);

  const [{ type }] = performance.getEntriesByType("navigation");
  const wanted = page.readAddress();
  // Who comes back finds the page where it was.
  if (type === "navigate") wanted?.figure.scrollIntoView();
  window.addEventListener("hashchange", () => page.readAddress()?.figure.scrollIntoView());
  // Browsers restore what controls were at; here the figure says it.
  window.addEventListener("pageshow", () => {
    for (const knob of figures.flatMap(({ knobs }) => knobs)) knob.show();
  });

  // mdBook turns the page at an arrow key; in a control the key is the control's.
  const keep = (event) => {
    const isArrow = event.key.startsWith("Arrow");
    if (isArrow && event.target.closest("form, .options, pre")) event.stopImmediatePropagation();
  };
  document.addEventListener("keydown", keep, { capture: true });
})();
