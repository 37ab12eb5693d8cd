// What scrolls on a narrow screen can be reached by the keyboard, which scrolls it.
(() => {
  "use strict";

  const wide = "pre.output, pre code, math[display=block], .table-wrapper, [data-command]";
  const reach = () => {
    for (const element of document.querySelectorAll(wide)) {
      const { scrollWidth, clientWidth, scrollHeight, clientHeight } = element;
      const scrolls = scrollWidth > clientWidth || scrollHeight > clientHeight;
      if (scrolls) element.setAttribute("tabindex", 0);
      else element.removeAttribute("tabindex");
    }
  };
  document.fonts.ready.then(reach);
  window.addEventListener("resize", reach);
  // A knob can make an output longer; a fold can open.
  document.addEventListener("rest", reach);
  document.addEventListener("toggle", reach, { capture: true });
})();
