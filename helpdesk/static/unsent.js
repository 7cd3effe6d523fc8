/* Forms that are not lost where there is no network: form[data-queue] is put into this device's own store before it is
   sent, and leaves it when the server has it. The server knows the form again by its request_key, so sending twice
   writes once. What is kept is what was typed and chosen, for one person (body data-user), until it is sent, thrown away
   by him, or he signs out. data-queue: what it is called; data-queue-words: what it is about, else the field enterprise. */
(function () {
  "use strict";
  const desk = window.desk, USER = "desk:user", TOKEN = "/visits/token.json", WORKER = "/visits/worker.js";
  const AGAIN = 30000; /* milliseconds until sending is tried again by itself */
  const unsent = (window.unsent = { user: user, newKey: newKey });
  let items = [], sending = false, needsSignIn = false, justSent = [];

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
  function store(mode, work) {
    return new Promise(function (resolve, reject) {
      if (!window.indexedDB) { reject(new Error("no store")); return; }
      const opening = indexedDB.open("unsent", 1);
      opening.onupgradeneeded = function () { opening.result.createObjectStore("forms", { keyPath: "key" }); };
      opening.onerror = function () { reject(opening.error); };
      opening.onsuccess = function () {
        const base = opening.result, change = base.transaction("forms", mode), asked = work(change.objectStore("forms"));
        change.oncomplete = function () { base.close(); resolve(asked.result); };
        change.onabort = change.onerror = function () { base.close(); reject(change.error); };
      };
    });
  }
  function put(item) { return store("readwrite", function (forms) { return forms.put(item); }); }
  function drop(key) { return store("readwrite", function (forms) { return forms.delete(key); }); }
  function all() { return store("readonly", function (forms) { return forms.getAll(); }); }
  function refresh() {
    return all().then(function (found) {
      items = found.filter(function (item) { return item.user === user(); });
      items.sort(function (a, b) { return a.at - b.at; });
    }, function () { items = []; }).then(draw);
  }

  /* Sending. Answers: {url} it is there, {refused} with words, {later} not reached, {signIn}. */
  function token() {
    return fetch(TOKEN, { headers: { Accept: "application/json" }, credentials: "same-origin", cache: "no-store" }).then(function (answer) {
      if (answer.status === 401 || answer.status === 403) return { signIn: true };
      if (!answer.ok) return { later: true };
      return answer.json();
    }).then(function (found) {
      return found.csrf && String(found.user) !== user() ? { later: true } : found;
    }).catch(function () { return { later: true }; });
  }
  function send(item, csrf) {
    const data = new FormData();
    item.fields.forEach(function (pair) { data.append(pair[0], pair[1]); });
    item.files.forEach(function (pair) { data.append(pair[0], pair[1], pair[1].name); });
    const headers = { Accept: "application/json", "X-CSRFToken": csrf };
    return fetch(item.url, { method: "POST", body: data, headers: headers, credentials: "same-origin" }).then(function (answer) {
      if (answer.status === 401) return { signIn: true };
      if (answer.status >= 500 || answer.status === 429) return { later: true };
      return answer.json().then(function (said) {
        return answer.ok && said.url ? { url: said.url } : { refused: refusedWords(said) };
      }, function () { return answer.ok ? { later: true } : { refused: "服务器没有接收（" + answer.status + "）" }; });
    }).catch(function () { return { later: true }; });
  }
  function refusedWords(said) {
    const errors = said.errors || {};
    const words = Object.keys(errors).map(function (name) { return errors[name]; }).join("；");
    return words || said.message || "服务器没有接收";
  }
  function sendOne(item) {
    return token().then(function (found) { return found.csrf ? send(item, found.csrf) : found; });
  }
  function settle(item, answer) {
    needsSignIn = Boolean(answer.signIn);
    if (answer.url) { justSent.push(answer.url); return drop(item.key).then(function () { return true; }); }
    if (!answer.refused) return Promise.resolve(false);
    item.refused = answer.refused;
    return put(item).then(function () { return true; });
  }
  function drain() {
    const waiting = items.filter(function (item) { return !item.refused; });
    if (sending || !waiting.length) return Promise.resolve();
    sending = true;
    return waiting.reduce(function (before, item) {
      return before.then(function (reached) {
        return reached ? sendOne(item).then(function (answer) { return settle(item, answer); }) : false;
      });
    }, Promise.resolve(true)).catch(function () { /* the store is closed: what is in it stays */ }).then(function () {
      sending = false;
      return refresh();
    });
  }
  unsent.drain = drain;

  /* A form is sent */
  function gather(form) {
    const fields = [], files = [];
    new FormData(form).forEach(function (value, name) {
      if (name === "csrf_token") return;
      if (value instanceof File) { if (value.name) files.push([name, value]); } else fields.push([name, value]);
    });
    const named = form.elements.enterprise;
    const words = form.getAttribute("data-queue-words") || (named && named.value) || "";
    return { key: form.elements.request_key.value, user: user(), at: Date.now(), url: new URL(form.action).pathname,
      what: form.getAttribute("data-queue"), words: words, fields: fields, files: files };
  }
  function missing(form) {
    return Array.prototype.filter.call(form.elements, function (field) { return field.willValidate && !field.validity.valid; })[0];
  }
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (!form.hasAttribute("data-queue") || !window.indexedDB || !user()) return;
    event.preventDefault();
    if (form.busy) return;
    form.busy = true;
    setTimeout(function () { begin(form); }, 0); /* after the draft was kept */
  }, true);
  function begin(form) {
    const item = gather(form);
    desk.hold(form);
    desk.startLoading();
    put(item).then(function () { return sendOne(item); }, function () { return { store: true }; }).then(function (answer) {
      if (answer.url) {
        drop(item.key).then(function () { desk.forgetDraft(form); location.assign(answer.url); });
      } else if (answer.refused || answer.store) {
        drop(item.key).catch(function () { return null; }).then(function () { HTMLFormElement.prototype.submit.call(form); });
      } else {
        needsSignIn = Boolean(answer.signIn);
        stay(form, item);
      }
    });
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
    form.insertAdjacentElement("afterend", panel(item));
    refresh();
  }
  function say(form, words) {
    let line = form.querySelector("[data-unsent-says]");
    if (!line) {
      line = make("p", "field__error", "");
      line.setAttribute("data-unsent-says", "");
      line.setAttribute("role", "alert");
      form.querySelector(".form-actions").insertAdjacentElement("beforebegin", line);
    }
    line.textContent = words;
  }
  function panel(item) {
    const box = make("section", "paper unsent-kept", "");
    box.appendChild(make("h2", "", "已存在本机，还没有发送"));
    box.appendChild(make("p", "", item.what + (item.words ? "（" + item.words + "）" : "") + "保存在这台设备上，联网后自动发送。发送前请不要退出登录，也不要清除浏览器数据。"));
    box.appendChild(link("/visits/new", "再记一次走访", "btn btn-outline-primary"));
    box.tabIndex = -1;
    setTimeout(function () { box.focus(); }, 0);
    return box;
  }

  /* The mark on every page */
  function make(tag, css, words) {
    const made = document.createElement(tag);
    made.className = css;
    if (words) made.textContent = words;
    return made;
  }
  function link(url, words, css) {
    const made = make("a", css || "", words);
    made.href = url;
    return made;
  }
  function button(words, css, work) {
    const made = make("button", css, words);
    made.type = "button";
    made.addEventListener("click", work);
    return made;
  }
  function count(what, number) { return number + " 条" + what; }
  function draw() {
    const old = document.querySelector("[data-unsent]"), head = document.querySelector(".site-head");
    const waiting = items.filter(function (item) { return !item.refused; });
    const refused = items.filter(function (item) { return item.refused; });
    if (old) old.remove();
    if (!head || (!items.length && !justSent.length)) return;
    const bar = make("div", "unsent", "");
    bar.setAttribute("data-unsent", "");
    bar.setAttribute("role", "status");
    const inside = make("div", "shell", "");
    bar.appendChild(inside);
    if (waiting.length) inside.appendChild(waitingLine(waiting));
    refused.forEach(function (item) { inside.appendChild(refusedLine(item)); });
    if (justSent.length) inside.appendChild(sentLine());
    head.insertAdjacentElement("afterend", bar);
  }
  function waitingLine(waiting) {
    const line = make("p", "unsent__line", "");
    line.appendChild(make("strong", "", count(waiting[0].what, waiting.length) + "尚未发送"));
    line.appendChild(make("span", "", needsSignIn ? "，登录后自动发送 " : "，联网后自动发送 "));
    if (needsSignIn) line.appendChild(link("/login?next=/visits/", "重新登录"));
    else line.appendChild(button("现在发送", "btn btn-link btn-sm", drain));
    return line;
  }
  function refusedLine(item) {
    const line = make("p", "unsent__line unsent__line--refused", "");
    line.appendChild(make("strong", "", item.what + (item.words ? "（" + item.words + "）" : "") + "没有被接收"));
    line.appendChild(make("span", "", "：" + item.refused + " "));
    line.appendChild(link(item.url + "?queued=" + encodeURIComponent(item.key), "打开改正"));
    const away = button("删除", "btn btn-link btn-sm", function () {
      if (away.sure) { drop(item.key).then(refresh); return; }
      away.sure = true;
      away.textContent = "确定删除？内容不能恢复";
    });
    line.appendChild(away);
    return line;
  }
  function sentLine() {
    const line = make("p", "unsent__line unsent__line--sent", "");
    line.appendChild(make("span", "", count("走访记录", justSent.length) + "已经发送。"));
    line.appendChild(link(justSent[justSent.length - 1], "查看"));
    return line;
  }

  /* What was refused comes back into its form */
  function comeBack() {
    const key = new URLSearchParams(location.search).get("queued"), form = document.querySelector("form[data-queue]");
    if (!key || !form) return;
    const item = items.filter(function (each) { return each.key === key; })[0];
    if (!item) return;
    const values = {};
    item.fields.forEach(function (pair) { (values[pair[0]] = values[pair[0]] || []).push(pair[1]); });
    desk.fillDraft(form, values);
    form.elements.request_key.value = item.key;
    if (values.follows && form.elements.follows) form.elements.follows.value = values.follows[0];
    const input = form.querySelector("input[type=file]");
    if (!input || !item.files.length) return;
    const carrier = new DataTransfer();
    item.files.forEach(function (pair) { carrier.items.add(pair[1]); });
    input.files = carrier.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /* Signing out: what is kept goes with the person, but not without a word. */
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (!form.hasAttribute("data-ends-session")) return;
    if (items.length && !form.sure) {
      event.preventDefault();
      event.stopImmediatePropagation();
      warn(form);
      return;
    }
    try { localStorage.removeItem(USER); } catch (error) { /* nothing was kept */ }
  }, true);
  function warn(form) {
    const old = document.querySelector("[data-unsent-leaving]");
    if (old) old.remove();
    const bar = make("div", "unsent--leaving", "");
    bar.setAttribute("data-unsent-leaving", "");
    bar.setAttribute("role", "alert");
    bar.appendChild(make("p", "unsent__line", "还有 " + count(items[0].what, items.length) + "没有发送，退出登录会把它从本机删除。"));
    bar.appendChild(button("先不退出", "btn btn-primary btn-sm", function () { bar.remove(); }));
    bar.appendChild(button("删除并退出", "btn btn-outline-danger btn-sm", function () {
      form.sure = true;
      Promise.all(items.map(function (item) { return drop(item.key); })).then(function () { form.querySelector("button[type=submit]").click(); });
    }));
    form.insertAdjacentElement("beforebegin", bar); /* where he is looking, over whatever menu is open */
    bar.querySelector("button").focus();
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
    if (!shown && user() && document.querySelector("form[data-offline]")) document.body.setAttribute("data-user", user());
  }
  remember();
  desk.onPart(function (root) {
    if (root !== document && root !== document.body) return;
    if (!user()) return;
    refresh().then(function () { comeBack(); return document.body.hasAttribute("data-user") ? drain() : null; });
  });
  window.addEventListener("online", function () { refresh().then(drain); });
  document.addEventListener("visibilitychange", function () { if (!document.hidden) refresh().then(drain); });
  setInterval(function () { if (items.length && !document.hidden) drain(); }, AGAIN);
})();
