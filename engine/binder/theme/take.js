// Take it along: a menu for each figure, in the place of the link to its data.
"use strict";

function prepareMenu(figure, live) {
  const data = figure.querySelector(".data");
  const { listing } = figure.dataset;
  const name = listing.split("/").pop();
  const menu = make("details", "take");
  menu.innerHTML = '<summary>Save or copy</summary><ul></ul><p role="status"></p>';
  const [summary, list, status] = menu.children;
  summary.setAttribute("aria-label", `Save or copy ${figure.querySelector(".number").textContent}`);
  const add = (item) => list.appendChild(document.createElement("li")).append(item);
  const offer = (text, act) => {
    const button = make("button", "");
    button.type = "button";
    button.textContent = text;
    button.onclick = async () => {
      status.textContent = "";
      status.textContent = await act().catch((error) => `It did not work: ${error.message}`);
    };
    add(button);
  };
  offer("Copy a link to what is seen", () => copy(live ? live.link() : `${bareAddress()}#figure:${listing}`));
  offer("Copy its command", () => copy(live ? live.command() : `cargo run -- run ${listing}`));
  offer("Save as SVG", async () => save(`${name}.svg`, new Blob([picture(figure)], { type: "image/svg+xml" })));
  offer("Save as PNG", async () => save(`${name}.png`, await painted(picture(figure))));
  data.replaceWith(menu);
  data.textContent = "Save its data as CSV";
  add(data);

  const close = () => {
    menu.open = false;
    status.textContent = "";
  };
  document.addEventListener("pointerdown", ({ target }) => menu.contains(target) || close());
  menu.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    close();
    summary.focus();
  });
}

const bareAddress = () => location.href.split("#")[0];

// The drawing that is shown, as a file of its own.
function picture(figure) {
  const svgs = [...figure.querySelectorAll(".wide > svg, .narrow > svg")];
  return new XMLSerializer().serializeToString(svgs.find((svg) => svg.getClientRects().length > 0));
}

// A picture of three dots for each of its lengths, on white.
async function painted(svg) {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [3 * image.width, 3 * image.height];
  const brush = canvas.getContext("2d");
  brush.fillStyle = "white";
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

function save(name, blob) {
  const link = document.createElement("a");
  Object.assign(link, { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return `Saved as ${name}.`;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Refused, or not there: the way of old.
    const field = document.body.appendChild(document.createElement("textarea"));
    field.value = text;
    field.select();
    const isCopied = document.execCommand("copy");
    field.remove();
    if (!isCopied) throw new Error(`this browser copies nothing. Here it is: ${text}`);
  }
  return "Copied.";
}
