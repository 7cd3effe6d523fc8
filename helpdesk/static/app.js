/* What every page does by itself: loading bar, one click per form, filters, tick boxes, copy, conditional questions.
   Everything here is comfort: without it each page still works. Other files register with desk.onPart. */
(function () {
  "use strict";
  const desk = (window.desk = { onPart: onPart, announcePart: announcePart });
  const partHandlers = [];
  let ready = false;
  document.documentElement.classList.add("js");

  /* Runs handler(root) for the page and for every part that arrives later. */
  function onPart(handler) {
    partHandlers.push(handler);
    if (ready) handler(document);
  }
  function announcePart(root) { partHandlers.forEach(function (handler) { handler(root); }); }
  function each(root, selector, work) { Array.prototype.forEach.call(root.querySelectorAll(selector), work); }
  desk.each = each;
  desk.make = function (tag, css, words) {
    const made = document.createElement(tag);
    made.className = css;
    if (words) made.textContent = words;
    return made;
  };
  /* This browser's own store of that name: what returns asks it with store(mode, work) and promises the answer. */
  desk.openStore = function (name, table, keyPath) {
    return function (mode, work) {
      return new Promise(function (resolve, reject) {
        if (!window.indexedDB) { reject(new Error("no store")); return; }
        const opening = indexedDB.open(name, 1);
        opening.onupgradeneeded = function () { opening.result.createObjectStore(table, { keyPath: keyPath }); };
        opening.onerror = function () { reject(opening.error); };
        opening.onsuccess = function () {
          const base = opening.result, change = base.transaction(table, mode), asked = work(change.objectStore(table));
          change.oncomplete = function () { base.close(); resolve(asked.result); };
          change.onabort = change.onerror = function () { base.close(); reject(change.error); };
        };
      });
    };
  };

  document.addEventListener("DOMContentLoaded", function () { ready = true; announcePart(document); });
  document.addEventListener("htmx:load", function (event) {
    if (event.target !== document.body) announcePart(event.target);
  });

  /* A slim bar at the top, only for what takes longer than 300 ms, and never for ever. */
  let waiting = null, tired = null;
  desk.startLoading = function () {
    desk.stopLoading();
    waiting = setTimeout(function () { showBar(true); }, 300);
    tired = setTimeout(desk.stopLoading, 30000);
  };
  desk.stopLoading = function () { clearTimeout(waiting); clearTimeout(tired); showBar(false); };
  function showBar(on) {
    const bar = document.querySelector("[data-loading-bar]");
    if (bar) bar.hidden = !on;
  }
  function leavesPage(link, event) {
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    const here = link.href.split("#")[0] === location.href.split("#")[0] && link.hash;
    return plain && !here && !event.defaultPrevented && /^http/.test(link.protocol) &&
      !link.target && !link.hasAttribute("download") && !link.hasAttribute("data-no-loading");
  }
  document.addEventListener("click", function (event) {
    const link = event.target.closest("a[href]");
    if (link && leavesPage(link, event)) desk.startLoading();
  });
  document.addEventListener("htmx:beforeRequest", desk.startLoading);
  document.addEventListener("htmx:afterRequest", function (event) { desk.stopLoading(); release(event.target); });
  /* A part that cannot be had (refused, signed out meanwhile) is opened as a page, which says why. */
  document.addEventListener("htmx:beforeSwap", function (event) {
    const path = event.detail.pathInfo, elsewhere = event.detail.xhr.responseURL.split("?")[0] !== new URL(path.requestPath, location.href).href.split("?")[0];
    if (event.detail.xhr.status < 400 && !elsewhere) return;
    event.detail.shouldSwap = false;
    if (event.detail.requestConfig.verb === "get") location.href = path.requestPath;
  });
  window.addEventListener("pageshow", function () { desk.stopLoading(); release(document); });

  /* One click per form. The server makes a second one harmless, this only says that the first was heard. */
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (event.defaultPrevented || form.hasAttribute("data-no-loading")) return;
    desk.startLoading();
    if (form.method !== "post" || form.hasAttribute("data-ends-session")) return;
    setTimeout(function () { hold(form); }, 0);
    setTimeout(function () { if (!form.uploading) release(form); }, 20000);
  });
  function hold(form) {
    each(form, "button[type=submit]", function (button) { button.disabled = true; button.setAttribute("data-held", ""); });
  }
  function release(root) {
    const within = root.querySelectorAll ? root : document;
    each(within, "[data-held]", function (button) { button.disabled = false; button.removeAttribute("data-held"); });
  }
  desk.hold = hold;
  desk.release = release;

  /* Filters send themselves; empty ones stay out of the address. */
  document.addEventListener("change", function (event) {
    const filters = event.target.closest("[data-filters]");
    if (filters && event.target.matches("select, input[type=date]")) sendFilters(filters);
  });
  document.addEventListener("submit", function (event) {
    if (event.target.matches("[data-filters], .site-search")) leaveOutEmpty(event.target);
  });
  function leaveOutEmpty(form) {
    const empty = Array.prototype.filter.call(form.elements, function (field) { return field.name && field.value === ""; });
    empty.forEach(function (field) { field.disabled = true; });
    setTimeout(function () { empty.forEach(function (field) { field.disabled = false; }); }, 0);
  }
  function sendFilters(form) {
    leaveOutEmpty(form);
    desk.startLoading();
    form.submit();
  }
  document.addEventListener("click", function (event) {
    const toggle = event.target.closest("[data-filters-toggle]");
    if (!toggle) return;
    const open = toggle.closest("[data-filters]").classList.toggle("is-open");
    toggle.setAttribute("aria-expanded", String(open));
  });

  /* Tick boxes and the bar at the bottom. */
  document.addEventListener("change", function (event) {
    const all = event.target.getAttribute("data-tick-all");
    const one = event.target.getAttribute("data-tick");
    if (all) each(document, '[data-tick="' + all + '"]', function (box) { box.checked = event.target.checked; });
    if (all || one) showTicked(all || one);
  });
  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-untick]");
    if (!button) return;
    each(document, '[data-tick="' + button.form.id + '"]', function (box) { box.checked = false; });
    showTicked(button.form.id);
  });
  function showTicked(id) {
    const bar = document.getElementById(id);
    if (!bar) return;
    let ticked = 0, boxes = 0;
    each(document, '[data-tick="' + id + '"]', function (box) {
      boxes += 1;
      ticked += box.checked ? 1 : 0;
      box.closest("tr").classList.toggle("is-ticked", box.checked);
    });
    bar.querySelector("[data-ticked]").textContent = ticked;
    each(bar, "button[type=submit]", function (button) { button.disabled = ticked === 0; });
    bar.classList.toggle("is-open", ticked > 0);
    document.body.classList.toggle("has-action-bar", ticked > 0);
    const all = document.querySelector('[data-tick-all="' + id + '"]');
    if (all) { all.checked = ticked > 0 && ticked === boxes; all.indeterminate = ticked > 0 && ticked < boxes; }
  }
  onPart(function (root) { each(root, "[data-action-bar]", function (bar) { showTicked(bar.id); }); });

  /* <button data-copy="#selector"> or data-copy-text="words" */
  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-copy], [data-copy-text]");
    if (!button) return;
    const source = button.hasAttribute("data-copy") ? document.querySelector(button.getAttribute("data-copy")) : null;
    const words = source ? source.value || source.textContent : button.getAttribute("data-copy-text");
    copy(words).then(function () { sayBriefly(button, "已复制"); }, function () { sayBriefly(button, "请手动复制"); });
  });
  function copy(words) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(words);
    const area = document.createElement("textarea");
    area.value = words;
    area.className = "visually-hidden";
    document.body.appendChild(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done ? Promise.resolve() : Promise.reject(new Error("copy"));
  }
  function sayBriefly(button, words) {
    const before = button.getAttribute("data-words") || button.textContent;
    button.setAttribute("data-words", before);
    button.textContent = words;
    setTimeout(function () { button.textContent = before; }, 2000);
  }

  /* Conditional questions and chosen options. Hidden questions are not sent. */
  function answerOf(form, name) {
    const chosen = form.querySelector('[name="' + name + '"]:checked');
    const field = chosen || form.querySelector('select[name="' + name + '"]');
    return field && !field.disabled ? field.value : "";
  }
  function showQuestions(form) {
    each(form, "[data-shown-if-name]", function (part) {
      const wanted = part.getAttribute("data-shown-if-value").split("|");
      const shown = wanted.indexOf(answerOf(form, part.getAttribute("data-shown-if-name"))) >= 0;
      part.hidden = !shown;
      each(part, "input, select, textarea, button", function (field) { field.disabled = !shown; });
    });
    each(form, ".choice input", function (input) {
      input.closest(".choice").classList.toggle("choice--chosen", input.checked);
    });
  }
  desk.showQuestions = showQuestions;
  document.addEventListener("change", function (event) { if (event.target.form) showQuestions(event.target.form); });
  onPart(function (root) { each(root, "form", showQuestions); if (root.matches && root.matches("form")) showQuestions(root); });

  /* How much of a limited text is left. */
  function showLeft(area) {
    let line = area.nextElementSibling;
    if (!line || !line.classList.contains("field__left")) {
      line = document.createElement("p");
      line.className = "field__left";
      area.parentNode.insertBefore(line, area.nextSibling);
    }
    const limit = Number(area.getAttribute("maxlength")), used = area.value.length;
    line.hidden = used < limit * 0.8;
    line.textContent = "还可以写 " + Math.max(0, limit - used) + " 字";
  }
  document.addEventListener("input", function (event) { if (event.target.matches("textarea[data-counts][maxlength]")) showLeft(event.target); });

  /* Small manners: errors first, menus that close themselves, the time on paper. */
  onPart(function (root) {
    const summary = root.querySelector("[data-error-summary]");
    if (summary) summary.focus();
  });
  function closeOthers(event) {
    each(document, "details[data-closes-itself][open]", function (menu) { if (!menu.contains(event.target)) menu.open = false; });
  }
  document.addEventListener("click", closeOthers);
  document.addEventListener("focusin", closeOthers);
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    each(document, "details[data-closes-itself][open]", function (menu) { menu.open = false; menu.querySelector("summary").focus(); });
  });
  window.addEventListener("beforeprint", function () {
    const words = new Date().toLocaleString("zh-CN", { year: "numeric", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });
    each(document, "[data-print-time]", function (place) { place.textContent = words; });
  });
})();
