"use strict";
// A box with data-tick-all="name" ticks every box of that name in its form, and shows whether all are ticked.
for (const all of document.querySelectorAll("[data-tick-all]")) {
  const boxes = () => [...all.form.querySelectorAll(`input[type=checkbox][name="${all.dataset.tickAll}"]`)];
  const show = () => {
    const ticked = boxes().filter((box) => box.checked).length;
    all.checked = ticked > 0 && ticked === boxes().length;
    all.indeterminate = ticked > 0 && !all.checked;
  };
  all.addEventListener("change", () => boxes().forEach((box) => { box.checked = all.checked; }));
  all.form.addEventListener("change", (event) => event.target !== all && show());
  show();
}
