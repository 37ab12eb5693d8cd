// What assistive technology needs and mdBook's template leaves out: the bar on
// top is a landmark, and it is the box behind the contents' label, not the
// label, that has a name and a state.
(() => {
  "use strict";
  document.getElementById("mdbook-menu-bar")?.setAttribute("role", "banner");
  const label = document.getElementById("mdbook-sidebar-toggle");
  const box = document.getElementById("mdbook-sidebar-toggle-anchor");
  box?.setAttribute("aria-label", "Table of contents");
  for (const name of ["aria-label", "aria-controls", "aria-expanded"]) label?.removeAttribute(name);
})();
