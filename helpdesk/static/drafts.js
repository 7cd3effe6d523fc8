/* Keeps what is typed: a draft of form[data-draft-key] on this device, and a warning before leaving changed forms.

   A draft belongs to one person (body data-user), lives seven days and goes when its form was accepted or the person
   signs out. "Accepted" means: after sending, a page without this form appeared that is no error page
   (body data-keep-drafts). Files cannot be kept, so a form with chosen files warns before it is left. */
(function () {
  "use strict";
  const SEVEN_DAYS = 7 * 24 * 3600 * 1000;
  const SKIPPED = { password: 1, file: 1, hidden: 1, submit: 1, button: 1 };
  const desk = window.desk;

  function prefix() { return "draft:" + (document.body.getAttribute("data-user") || "") + ":"; }
  function place(form) { return prefix() + form.getAttribute("data-draft-key"); }
  function read(key) { try { return JSON.parse(localStorage.getItem(key)); } catch (error) { return null; } }
  function write(key, draft) { try { localStorage.setItem(key, JSON.stringify(draft)); return true; } catch (error) { return false; } }
  function forget(key) { try { localStorage.removeItem(key); } catch (error) { /* storage is closed: nothing was kept */ } }
  function keys() {
    try { return Object.keys(localStorage).filter(function (key) { return key.indexOf("draft:") === 0; }); } catch (error) { return []; }
  }

  function kept(field) { return field.name && field.name !== "csrf_token" && (!SKIPPED[field.type] || field.hasAttribute("data-picker-id")); }
  function fields(form) { return Array.prototype.filter.call(form.elements, kept); }
  function valuesOf(form) {
    const values = {};
    fields(form).forEach(function (field) {
      const ticks = field.type === "checkbox" || field.type === "radio";
      if (ticks && !field.checked) return;
      (values[field.name] = values[field.name] || []).push(field.value);
    });
    return values;
  }
  function fill(form, values) {
    fields(form).forEach(function (field) {
      const given = values[field.name] || [];
      if (field.type === "checkbox" || field.type === "radio") field.checked = given.indexOf(field.value) >= 0;
      else if (given.length) field.value = given[0];
    });
    desk.showQuestions(form);
    fields(form).forEach(function (field) { field.dispatchEvent(new Event("refill", { bubbles: true })); });
  }
  function hasWords(values) {
    return Object.keys(values).some(function (name) { return values[name].join("").trim() !== ""; });
  }

  function keepSoon(form) {
    clearTimeout(form.keepTimer);
    form.keepTimer = setTimeout(function () { keep(form); }, 600);
  }
  function keep(form) {
    const values = valuesOf(form);
    if (write(place(form), { at: Date.now(), values: values })) say(form, "草稿已保存在本机 " + clockWords(new Date()));
  }
  function clockWords(moment) { return ("0" + moment.getHours()).slice(-2) + ":" + ("0" + moment.getMinutes()).slice(-2); }
  function say(form, words) {
    let line = form.querySelector(".draft-kept");
    if (!line) {
      line = document.createElement("p");
      line.className = "draft-kept";
      (form.querySelector(".form-actions") || form).appendChild(line);
    }
    line.textContent = words;
  }

  function offer(form, draft) {
    const box = document.createElement("div");
    box.className = "draft-offer";
    box.setAttribute("role", "status");
    const moment = new Date(draft.at);
    const words = document.createElement("p");
    words.textContent = "本机有 " + (moment.getMonth() + 1) + "月" + moment.getDate() + "日 " + clockWords(moment) + " 没有提交的草稿。";
    box.appendChild(words);
    box.appendChild(button("接着填写", "btn btn-outline-primary btn-sm", function () { fill(form, draft.values); box.remove(); form.changed = true; }));
    box.appendChild(button("不要了", "btn btn-link btn-sm", function () { forget(place(form)); box.remove(); }));
    form.insertBefore(box, form.firstChild);
  }
  function button(words, css, work) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = css;
    made.textContent = words;
    made.addEventListener("click", work);
    return made;
  }

  desk.fillDraft = fill;
  desk.forgetDraft = function (form) { clearTimeout(form.keepTimer); forget(place(form)); };

  function dropOld() {
    keys().forEach(function (key) {
      const draft = read(key);
      if (!draft || Date.now() - draft.at > SEVEN_DAYS) forget(key);
    });
  }
  function dropAccepted() {
    if (document.body.hasAttribute("data-keep-drafts")) return;
    const here = {};
    desk.each(document, "form[data-draft-key]", function (form) { here[place(form)] = true; });
    keys().forEach(function (key) {
      const draft = read(key);
      if (draft && draft.sent && !here[key]) forget(key);
    });
  }
  function greet(form) {
    if (form.greeted) return;
    form.greeted = true;
    const draft = read(place(form));
    const refused = form.querySelector("[data-error-summary], .field--wrong") || document.querySelector("[data-error-summary]");
    if (!draft || refused || !hasWords(draft.values)) return;
    if (JSON.stringify(draft.values) !== JSON.stringify(valuesOf(form))) offer(form, draft);
  }
  desk.onPart(function (root) {
    if (root === document || root === document.body) { dropOld(); dropAccepted(); }
    desk.each(root, "form[data-draft-key]", greet);
  });

  document.addEventListener("input", function (event) {
    const form = event.target.form;
    if (!form || form.method !== "post") return;
    form.changed = true;
    if (form.hasAttribute("data-draft-key")) keepSoon(form);
  });
  document.addEventListener("submit", function (event) {
    const form = event.target;
    form.changed = false;
    if (form.hasAttribute("data-ends-session")) keys().forEach(forget);
    if (!form.hasAttribute("data-draft-key")) return;
    clearTimeout(form.keepTimer);
    write(place(form), { at: Date.now(), values: valuesOf(form), sent: true });
  });

  function wouldLose(form) {
    if (!form.changed) return false;
    const files = Array.prototype.some.call(form.querySelectorAll("input[type=file]"), function (input) { return input.files.length > 0; });
    return form.hasAttribute("data-warn-unsaved") || (form.hasAttribute("data-draft-key") && files);
  }
  window.addEventListener("beforeunload", function (event) {
    const losing = Array.prototype.some.call(document.querySelectorAll("form"), wouldLose);
    if (!losing) return;
    desk.stopLoading();
    event.preventDefault();
    event.returnValue = "";
  });
})();
