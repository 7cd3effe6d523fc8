/* The kept pages, opened without a network: whose they are; for a form what the address says, today, and a key of its own. */
(function () {
  "use strict";
  const part = document.querySelector("[data-offline]"), asked = new URLSearchParams(location.search);
  if (!part) return;
  if (part.tagName === "FORM") begin(part);
  if (window.unsent.user()) return;
  part.hidden = true;
  document.querySelector("[data-signed-out]").hidden = false;

  function begin(form) {
    form.elements.request_key.value = window.unsent.newKey();
    if (form.elements.done_on) visit(form);
    else problem(form);
    if (form.elements.enterprise && number("enterprise")) window.desk.myFirm(number("enterprise")).then(function (firm) {
      if (firm) window.desk.fillDraft(form, { enterprise: [firm.label], enterprise_id: [String(firm.id)] });
    });
  }
  function number(name) { return /^\d{1,9}$/.test(asked.get(name) || "") ? asked.get(name) : ""; }
  function visit(form) {
    const planned = /^\/visits\/(\d+)\/record$/.exec(location.pathname), today = new Date();
    if (planned) {
      form.action = location.pathname;
      form.setAttribute("data-draft-key", "visit-" + planned[1]);
      form.setAttribute("data-queue-words", "计划的走访");
      form.elements.enterprise.closest(".field").remove();
    } else form.elements.follows.value = number("follows");
    form.elements.done_on.value = [today.getFullYear(), ("0" + (today.getMonth() + 1)).slice(-2), ("0" + today.getDate()).slice(-2)].join("-");
  }
  /* It belongs to a visit: one that is on record, or one that was written on this device. */
  function problem(form) {
    const key = /^[0-9A-Za-z_-]{8,64}$/.test(asked.get("after") || "") ? asked.get("after") : "";
    if (key) form.setAttribute("action", "/problems/new?after=" + key);
    else if (number("visit")) form.setAttribute("action", "/problems/new?visit=" + number("visit"));
  }
})();
