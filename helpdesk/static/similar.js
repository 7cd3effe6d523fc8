/* <button data-fill="#field" data-fill-with="words">: puts words into another field of the page and says so. */
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-fill]");
    const field = button && document.querySelector(button.getAttribute("data-fill"));
    if (!field) return;
    field.value = button.getAttribute("data-fill-with");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    button.textContent = "已注明同类问题 " + field.value;
    button.disabled = true;
  });
})();
