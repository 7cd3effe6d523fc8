/* The kept form of a visit, opened without a network: whose it is, for which planned visit, today, and a key of its own. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-offline]");
  if (!form) return;
  const planned = /^\/visits\/(\d+)\/record$/.exec(location.pathname);
  if (planned) {
    form.action = location.pathname;
    form.setAttribute("data-draft-key", "visit-" + planned[1]);
    form.setAttribute("data-queue-words", "计划的走访");
    form.elements.enterprise.closest(".field").remove();
  }
  form.elements.request_key.value = window.unsent.newKey();
  const asked = new URLSearchParams(location.search);
  if (!planned && /^\d{1,9}$/.test(asked.get("follows") || "")) form.elements.follows.value = asked.get("follows");
  const today = new Date();
  form.elements.done_on.value = [today.getFullYear(), ("0" + (today.getMonth() + 1)).slice(-2), ("0" + today.getDate()).slice(-2)].join("-");
  if (window.unsent.user()) return;
  form.hidden = true;
  document.querySelector("[data-signed-out]").hidden = false;
})();
