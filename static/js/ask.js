/* A passage that is clicked or tapped shows the way to ask about it. Without this the page of asking has a list. */
const sheet = document.querySelector("[data-ask]");
const link = document.createElement("a");
link.className = "btn btn-sm ask-here";

sheet?.addEventListener("click", (event) => {
  if (event.target.closest("a, button, input, summary, .talks") || getSelection()?.toString()) return;
  let block = event.target.closest("[id^=block-]");
  for (let outer = block; outer; outer = outer.parentElement?.closest("[data-ask] [id^=block-]")) {
    if (!outer.matches("li")) block = outer;
  }
  if (!block) return;
  link.href = `${sheet.dataset.ask}?block=${encodeURIComponent(block.id.slice(6))}`;
  link.textContent = sheet.dataset.askWord;
  if (block.matches("li, td, th, figure")) block.append(link);
  else block.after(link);
});
