/** Whether somebody reads in the list, so that rows put before it would move what they look at. */
export function isReading(): boolean {
  const list = document.querySelector("[data-slot=log-rows]");
  if (list === null) return false;
  if (list.getBoundingClientRect().top < 0) return true;
  if (list.querySelector("[data-slot=log-detail]") !== null) return true;
  if (document.querySelector("[data-slot=cell-menu]") !== null) return true;
  const selection = window.getSelection();
  if (selection?.type === "Range" && selection.anchorNode && list.contains(selection.anchorNode)) return true;
  const focused = document.activeElement?.closest<HTMLElement>("[data-slot=log-rows] [data-index]");
  return focused != null && focused.dataset.index !== "0";
}
