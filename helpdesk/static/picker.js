/* The enterprise picker: asks data-picker-url?q=… while one types, keeps the id of the chosen one beside the words.
   The endpoint answers [{"id": …, "label": …, "hint": …}]. Arrow keys, Enter, Escape; a click or a touch. */
(function () {
  "use strict";
  const desk = window.desk;

  function start(input) {
    if (input.picker) return;
    const box = input.closest("[data-picker]");
    const picker = (input.picker = {
      input: input, box: box, list: box.querySelector(".picker__list"), hidden: hiddenOf(input, box),
      found: [], at: -1, asked: 0, timer: null,
    });
    showChosen(picker);
    input.addEventListener("input", function () { typed(picker); });
    input.addEventListener("refill", function () { showChosen(picker); });
    input.addEventListener("focus", function () { offerMine(picker); });
    input.addEventListener("keydown", function (event) { key(picker, event); });
    input.addEventListener("blur", function () { setTimeout(function () { close(picker); }, 150); });
    picker.list.addEventListener("mousedown", function (event) { event.preventDefault(); });
    picker.list.addEventListener("click", function (event) {
      const option = event.target.closest("[data-at]");
      if (option) choose(picker, Number(option.getAttribute("data-at")));
    });
  }
  function hiddenOf(input, box) {
    const name = input.getAttribute("data-picker-hidden");
    return name ? input.form.elements[name] : box.querySelector("[data-picker-id]");
  }
  function showChosen(picker) { picker.box.classList.toggle("picker--chosen", Boolean(picker.hidden && picker.hidden.value)); }

  function typed(picker) {
    if (picker.hidden) picker.hidden.value = "";
    showChosen(picker);
    clearTimeout(picker.timer);
    const words = picker.input.value.trim();
    if (!words) { close(picker); return; }
    picker.timer = setTimeout(function () { ask(picker, words); }, 200);
  }
  function ask(picker, words) {
    const url = new URL(picker.input.getAttribute("data-picker-url"), location.href);
    url.searchParams.set("q", words);
    const turn = (picker.asked += 1);
    fetch(url.toString(), { headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then(function (answer) { if (!answer.ok) throw new Error(String(answer.status)); return answer.json(); })
      .then(function (found) { if (turn === picker.asked) show(picker, found); })
      .catch(function () { if (turn === picker.asked) fromMine(picker, words); });
  }
  /* Not reached: those that one looks after are kept on the device. */
  function fromMine(picker, words) {
    desk.myFirms(words).then(function (found) {
      if (found.length) show(picker, found);
      else say(picker, "暂时查不到，可以直接写企业全称");
    });
  }
  function offerMine(picker) {
    if (picker.input.value || !picker.input.form.hasAttribute("data-queue")) return;
    desk.myFirms("").then(function (found) { if (found.length && document.activeElement === picker.input && !picker.input.value) show(picker, found); });
  }
  function show(picker, found) {
    picker.found = found.slice(0, 12);
    picker.at = -1;
    if (!picker.found.length) { say(picker, "没有找到，请换个写法，或直接写企业全称"); return; }
    picker.list.textContent = "";
    picker.found.forEach(function (one, at) { picker.list.appendChild(option(picker, one, at)); });
    open(picker);
  }
  function option(picker, one, at) {
    const line = document.createElement("li");
    line.className = "picker__option";
    line.id = picker.input.id + "-option-" + at;
    line.setAttribute("role", "option");
    line.setAttribute("data-at", at);
    line.textContent = one.label;
    if (one.hint) {
      const hint = document.createElement("small");
      hint.textContent = one.hint;
      line.appendChild(hint);
    }
    return line;
  }
  function say(picker, words) {
    picker.found = [];
    picker.list.textContent = "";
    const line = document.createElement("li");
    line.className = "picker__none";
    line.textContent = words;
    picker.list.appendChild(line);
    open(picker);
  }
  function open(picker) { picker.list.hidden = false; picker.input.setAttribute("aria-expanded", "true"); }
  function close(picker) {
    picker.list.hidden = true;
    picker.input.setAttribute("aria-expanded", "false");
    picker.input.removeAttribute("aria-activedescendant");
  }

  function key(picker, event) {
    if (picker.list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); move(picker, event.key === "ArrowDown" ? 1 : -1); }
    if (event.key === "Enter" && picker.found.length) { event.preventDefault(); choose(picker, Math.max(0, picker.at)); }
    if (event.key === "Escape") close(picker);
  }
  function move(picker, step) {
    const count = picker.found.length;
    if (!count) return;
    picker.at = (picker.at + step + count) % count;
    desk.each(picker.list, "[data-at]", function (line) {
      const on = Number(line.getAttribute("data-at")) === picker.at;
      line.classList.toggle("picker__option--on", on);
      line.setAttribute("aria-selected", String(on));
      if (on) { picker.input.setAttribute("aria-activedescendant", line.id); line.scrollIntoView({ block: "nearest" }); }
    });
  }
  function choose(picker, at) {
    const one = picker.found[at];
    picker.input.value = one.label;
    if (picker.hidden) picker.hidden.value = one.id;
    showChosen(picker);
    close(picker);
    picker.input.dispatchEvent(new CustomEvent("picked", { bubbles: true, detail: one }));
    picker.input.dispatchEvent(new Event("change", { bubbles: true }));
  }
  desk.onPart(function (root) { desk.each(root, "input[data-picker-url]", start); });
})();
