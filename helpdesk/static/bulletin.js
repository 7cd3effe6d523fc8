/* The editor of a bulletin: a field goes to where the cursor was last; the list of fields can be searched. */
(function () {
  "use strict";
  var last = document.querySelector("form.paper textarea");
  document.addEventListener("focusin", function (event) {
    if (event.target.matches("form.paper textarea")) { last = event.target; }
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-field]");
    if (!button || !last) { return; }
    var start = last.selectionStart, end = last.selectionEnd, words = button.getAttribute("data-field");
    last.value = last.value.slice(0, start) + words + last.value.slice(end);
    last.focus();
    last.setSelectionRange(start + words.length, start + words.length);
    last.dispatchEvent(new Event("input", { bubbles: true }));
  });
  var find = document.querySelector("[data-find-field]");
  if (find) {
    find.addEventListener("input", function () {
      var wanted = find.value.trim();
      document.querySelectorAll("[data-field]").forEach(function (each) {
        each.parentNode.hidden = wanted !== "" && each.textContent.indexOf(wanted) < 0;
      });
    });
  }
}());
