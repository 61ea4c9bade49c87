/* Runs before the first paint: the person's own choice of light or dark, if there is one. */
(() => {
  try {
    const kept = localStorage.getItem("engraft-theme");
    if (kept === "light" || kept === "dark") document.documentElement.dataset.theme = kept;
  } catch { /* private mode: the system decides */ }
})();
