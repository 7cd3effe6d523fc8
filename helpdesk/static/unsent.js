/* Forms that are not lost where there is no network: form[data-queue] is put into this device's own store before it is
   sent, and leaves it when the server has it. The server knows the form again by its request_key, so sending twice
   writes once. What is kept is what was typed and chosen, for one person (body data-user), until it is sent, thrown away
   by him, or he signs out. unsent_mark.js shows what waits.

   On the form:    data-queue         what it is called          data-queue-about   the field that says what it is about
                   data-queue-words   what it is about, in words (else by the field data-queue-about, else enterprise)
                   data-queue-again   words of a link to an empty form    data-queue-then   words of a link to what follows
   Inside it:      data-only-for="…"  questions that only this button (name "do") asks; formnovalidate: nothing must be whole */
(function () {
  "use strict";
  const desk = window.desk, USER = "desk:user", TOKEN = "/offline/token.json", WORKER = "/worker.js";
  const AGAIN = 30000; /* milliseconds until sending is tried again by itself */
  const unsent = (window.unsent = { user: user, newKey: newKey, drain: drain, drop: drop, refresh: refresh, find: find, address: address,
    items: [], sent: [], needsSignIn: false, draw: function () { /* unsent_mark.js */ } });
  let sending = false;

  function user() {
    const shown = document.body.getAttribute("data-user");
    if (shown) return shown;
    try { return localStorage.getItem(USER); } catch (error) { return null; }
  }
  function newKey() {
    const bytes = new Uint8Array(16);
    crypto.getRandomValues(bytes);
    return Array.prototype.map.call(bytes, function (byte) { return ("0" + byte.toString(16)).slice(-2); }).join("");
  }

  /* The store */
  const store = desk.openStore("unsent", "forms", "key");
  function put(item) { return store("readwrite", function (forms) { return forms.put(item); }); }
  function drop(key) { return store("readwrite", function (forms) { return forms.delete(key); }); }
  function all() { return store("readonly", function (forms) { return forms.getAll(); }); }
  function find(key) { return unsent.items.filter(function (item) { return item.key === key; })[0]; }
  function refresh() {
    return all().then(function (found) {
      unsent.items = found.filter(function (item) { return item.user === user(); });
      unsent.items.sort(function (a, b) { return a.at - b.at; });
    }, function () { unsent.items = []; }).then(function () { unsent.draw(); });
  }

  /* Sending. Answers: {url} it is there, {refused} with words, {later} not reached, {signIn}. */
  function token() {
    return fetch(TOKEN, { headers: { Accept: "application/json" }, credentials: "same-origin", cache: "no-store" }).then(function (answer) {
      if (answer.status === 401 || answer.status === 403) return { signIn: true };
      if (!answer.ok) return { later: true };
      return answer.json();
    }).then(function (found) {
      return found.csrf && String(found.user) !== user() ? { signIn: true } : found;
    }).catch(function () { return { later: true }; });
  }
  function post(item, headers, progress) {
    const data = new FormData(), request = new XMLHttpRequest();
    item.fields.forEach(function (pair) { data.append(pair[0], pair[1]); });
    item.files.forEach(function (pair) { data.append(pair[0], pair[1], pair[1].name); });
    request.open("POST", item.url);
    Object.keys(headers).forEach(function (name) { request.setRequestHeader(name, headers[name]); });
    if (progress && item.files.length) request.upload.addEventListener("progress", progress);
    return new Promise(function (resolve, reject) {
      request.addEventListener("load", function () { resolve(request); });
      request.addEventListener("error", function () { reject(new Error("not reached")); });
      request.send(data);
    });
  }
  function send(item, csrf, progress) {
    const headers = { Accept: "application/json", "X-CSRFToken": csrf };
    if (!progress) headers["X-Waited"] = "1";
    return post(item, headers, progress).then(function (answer) {
      if (answer.status === 401) return { signIn: true };
      if (answer.status >= 500 || answer.status === 429) return { later: true };
      const said = json(answer.responseText), taken = answer.status < 400;
      if (taken) return said && said.url ? { url: said.url } : { later: true };
      return { refused: refusedWords(said || { message: "服务器没有接收（" + answer.status + "）" }) };
    }).catch(function () { return { later: true }; });
  }
  function json(words) { try { return JSON.parse(words); } catch (error) { return null; } }
  function refusedWords(said) {
    const errors = said.errors || {};
    const words = Object.keys(errors).map(function (name) { return errors[name]; }).join("；");
    return words || said.message || "服务器没有接收";
  }
  function sendOne(item, progress) {
    if (held(item)) return Promise.resolve({ later: true });
    return token().then(function (found) { return found.csrf ? send(item, found.csrf, progress) : found; });
  }
  /* What belongs to a visit that is itself not sent yet waits for it. */
  function held(item) {
    const after = new URL(item.url, location.href).searchParams.get("after");
    return Boolean(after && find(after));
  }
  function settle(item, answer) {
    unsent.needsSignIn = Boolean(answer.signIn);
    if (answer.url) {
      unsent.sent.push({ what: item.what, url: answer.url });
      unsent.items = unsent.items.filter(function (other) { return other !== item; });
      return drop(item.key).then(function () { return true; });
    }
    if (!answer.refused) return Promise.resolve(Boolean(answer.later && held(item)));
    item.refused = answer.refused;
    return put(item).then(function () { return true; });
  }
  function waiting() { return unsent.items.filter(function (item) { return !item.refused; }); }
  /* One tab at a time, where the browser can tell; where it cannot, the request key makes the second harmless. */
  function alone(work) { return navigator.locks ? navigator.locks.request("unsent", work) : work(); }
  function sendAll() {
    return waiting().reduce(function (before, item) {
      return before.then(function (reached) {
        return reached ? sendOne(item).then(function (answer) { return settle(item, answer); }) : false;
      });
    }, Promise.resolve(true));
  }
  function drain() {
    if (sending || !waiting().length) return Promise.resolve();
    sending = true;
    return alone(function () { return refresh().then(sendAll); }).catch(function () { /* the store is closed: what is in it stays */ })
      .then(function () {
        sending = false;
        return refresh();
      });
  }

  /* A form is sent */
  function address(form) {
    const url = new URL(form.getAttribute("action") || location.href, location.href);
    url.searchParams.delete("queued");
    return url.pathname + url.search;
  }
  function gather(form) {
    const fields = [], files = [], button = form.pressed, about = form.elements[form.getAttribute("data-queue-about") || "enterprise"];
    new FormData(form).forEach(function (value, name) {
      if (name === "csrf_token") return;
      if (value instanceof File) { if (value.name) files.push([name, value]); } else fields.push([name, value]);
    });
    if (button && button.name) fields.push([button.name, button.value]);
    const words = form.getAttribute("data-queue-words") || (about && about.value) || "";
    return { key: form.elements.request_key.value, user: user(), at: Date.now(), url: address(form),
      what: form.getAttribute("data-queue"), words: words, fields: fields, files: files, told: told(form) };
  }
  /* What was typed, by the words of the questions: to be read where its form does not open. */
  function told(form) {
    const found = [];
    desk.each(form, ".field", function (part) {
      const label = part.querySelector(".field__label"), own = label && label.firstChild ? label.firstChild.textContent.trim() : "";
      const words = Array.prototype.map.call(part.querySelectorAll("input, textarea, select"), answerIn).filter(Boolean).join("、");
      if (own && words && !part.closest("[hidden], details:not([open])")) found.push([own, words]);
    });
    return found;
  }
  function answerIn(field) {
    if (field.type === "hidden" || field.disabled) return "";
    if (field.type === "checkbox" || field.type === "radio") return field.checked ? field.parentNode.textContent.trim() : "";
    if (field.type === "file") return Array.prototype.map.call(field.files, function (file) { return file.name; }).join("、");
    if (field.tagName === "SELECT") return field.value ? field.options[field.selectedIndex].text : "";
    return field.value.trim();
  }
  function missing(form) {
    const button = form.pressed;
    if (button && button.formNoValidate) return undefined;
    return Array.prototype.filter.call(form.elements, function (field) {
      const only = field.closest("[data-only-for]");
      const asked = !only || (button && only.getAttribute("data-only-for") === button.value);
      return asked && field.willValidate && !field.validity.valid;
    })[0];
  }
  document.addEventListener("click", function (event) {
    const button = event.target.closest("button[type=submit]");
    if (button && button.form) button.form.pressed = button;
  }, true);
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (!form.hasAttribute("data-queue") || !window.indexedDB || !user()) return;
    if (form.pressed && form.pressed.hasAttribute("formaction")) return;
    event.preventDefault();
    if (form.busy) return;
    form.busy = true;
    setTimeout(function () { begin(form); }, 0); /* after the draft was kept */
  }, true);
  function begin(form) {
    const item = gather(form);
    desk.hold(form);
    desk.startLoading();
    put(item).then(function () {
      return alone(function () { return sendOne(item, function (event) { desk.showProgress(form, event); }).then(function (answer) { return first(item, answer); }); });
    }, function () { return { store: true }; }).then(function (answer) {
      if (answer.url) {
        desk.forgetDraft(form);
        location.assign(answer.url);
      } else if (answer.refused || answer.store) {
        form.busy = false;
        desk.sendAsPage(form, form.pressed);
      } else {
        unsent.needsSignIn = Boolean(answer.signIn);
        stay(form, item);
      }
    });
  }
  function first(item, answer) {
    if (!answer.url && !answer.refused) return answer;
    return drop(item.key).then(function () { return answer; }, function () { return answer; });
  }
  /* Not reached. What lacks an answer stays in the form; what is whole waits in the store. */
  function stay(form, item) {
    const lacking = missing(form);
    form.busy = false;
    desk.stopLoading();
    desk.release(form);
    if (lacking) {
      drop(item.key).then(refresh);
      say(form, "现在没有网络，内容已作为草稿留在本机。还有必填的没有填好。");
      lacking.focus();
      return;
    }
    desk.forgetDraft(form);
    form.changed = false;
    form.hidden = true;
    form.insertAdjacentElement("afterend", unsent.panel(form, item));
    refresh().then(function () { if (!unsent.needsSignIn && held(item)) drain(); });
  }
  function say(form, words) {
    let line = form.querySelector("[data-unsent-says]");
    if (!line) {
      line = document.createElement("p");
      line.className = "field__error";
      line.setAttribute("data-unsent-says", "");
      line.setAttribute("role", "alert");
      form.querySelector(".form-actions").insertAdjacentElement("beforebegin", line);
    }
    line.textContent = words;
  }

  /* What was refused comes back into its form; what was found on a visit goes on into the form of a problem. */
  function valuesOf(item) {
    const values = {};
    item.fields.forEach(function (pair) { (values[pair[0]] = values[pair[0]] || []).push(pair[1]); });
    return values;
  }
  function comeBack() {
    const asked = new URLSearchParams(location.search), form = document.querySelector("form[data-queue]");
    const item = form && find(asked.get("queued")), visit = form && find(asked.get("after"));
    if (item) refill(form, item);
    else if (visit && form.elements.detail) goOn(form, valuesOf(visit));
  }
  function refill(form, item) {
    const values = valuesOf(item), input = form.querySelector("input[type=file]");
    desk.fillDraft(form, values);
    form.elements.request_key.value = item.key;
    if (values.follows && form.elements.follows) form.elements.follows.value = values.follows[0];
    if (!input || !item.files.length) return;
    const carrier = new DataTransfer();
    item.files.forEach(function (pair) { carrier.items.add(pair[1]); });
    input.files = carrier.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
  function goOn(form, seen) {
    const words = (seen.needs && seen.needs[0]) || seen.situation[0];
    desk.fillDraft(form, { enterprise: seen.enterprise || [], enterprise_id: seen.enterprise_id || [], detail: [words], visit_on: seen.done_on });
  }

  /* Beginning */
  function remember() {
    const shown = document.body.getAttribute("data-user");
    try {
      if (shown) localStorage.setItem(USER, shown);
      if (shown && navigator.serviceWorker && !sessionStorage.getItem(WORKER)) {
        navigator.serviceWorker.register(WORKER).then(function () { sessionStorage.setItem(WORKER, "1"); }, function () { return null; });
      }
    } catch (error) { /* storage is closed: the form works with a network only */ }
    if (!shown && user() && document.querySelector("[data-offline]")) document.body.setAttribute("data-user", user());
  }
  unsent.forgetUser = function () { try { localStorage.removeItem(USER); } catch (error) { /* nothing was kept */ } };
  remember();
  desk.onPart(function (root) {
    if (root !== document && root !== document.body) return;
    if (!user()) return;
    refresh().then(function () { comeBack(); return document.body.hasAttribute("data-user") ? drain() : null; });
  });
  window.addEventListener("online", function () { refresh().then(drain); });
  document.addEventListener("visibilitychange", function () { if (!document.hidden) refresh().then(drain); });
  setInterval(function () { if (unsent.items.length && !document.hidden) drain(); }, AGAIN);
})();
