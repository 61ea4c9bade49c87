/* From one change to the next: buttons, and the keys n and p where no field is typed in. */
const changes = [...document.querySelectorAll("[data-change]")];
const stepper = document.querySelector("[data-stepper]");
const place = stepper?.querySelector("[data-at]");
let at = -1;

function step(by) {
  at = Math.max(0, Math.min(changes.length - 1, at + by));
  const change = changes[at];
  change.tabIndex = -1;
  change.focus({ preventScroll: true });
  change.scrollIntoView({ block: "center" });
  place.textContent = `${at + 1} / ${changes.length}`;
}
if (stepper && changes.length > 1) {
  stepper.hidden = false;
  stepper.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (button) step(Number(button.dataset.step));
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (event.metaKey || event.ctrlKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "n") step(1);
    if (event.key === "p") step(-1);
  });
}
