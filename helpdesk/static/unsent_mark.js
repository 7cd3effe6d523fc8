/* What is not sent yet, told on every page: the bar below the head, the panel in place of a kept form, the list on the page
   that opens without a network, and the word before signing out. What is kept and sent: unsent.js. */
(function () {
  "use strict";
  const make = window.desk.make, unsent = window.unsent;

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
  /* 2 条走访记录、1 条问题 */
  function counted(things) {
    const numbers = {};
    things.forEach(function (each) { numbers[each.what] = (numbers[each.what] || 0) + 1; });
    return Object.keys(numbers).map(function (what) { return numbers[what] + " 条" + what; }).join("、");
  }
  function named(item) { return item.what + (item.words ? "（" + item.words + "）" : ""); }
  function opened(item) { return item.url + (item.url.indexOf("?") < 0 ? "?" : "&") + "queued=" + encodeURIComponent(item.key); }

  /* The bar on every page */
  unsent.draw = function () {
    const old = document.querySelector("[data-unsent]"), head = document.querySelector(".site-head");
    const waiting = unsent.items.filter(function (item) { return !item.refused; });
    const refused = unsent.items.filter(function (item) { return item.refused; });
    if (old) old.remove();
    list();
    if (!head || (!unsent.items.length && !unsent.sent.length)) return;
    const bar = make("div", "unsent", "");
    bar.setAttribute("data-unsent", "");
    bar.setAttribute("role", "status");
    const inside = make("div", "shell", "");
    bar.appendChild(inside);
    if (waiting.length) inside.appendChild(waitingLine(waiting));
    refused.forEach(function (item) { inside.appendChild(refusedLine(item)); });
    if (unsent.sent.length) inside.appendChild(sentLine());
    head.insertAdjacentElement("afterend", bar);
  };
  function waitingLine(waiting) {
    const line = make("p", "unsent__line", "");
    line.appendChild(make("strong", "", counted(waiting) + "尚未发送"));
    line.appendChild(make("span", "", unsent.needsSignIn ? "，登录后自动发送 " : "，联网后自动发送 "));
    if (!unsent.needsSignIn) line.appendChild(button("现在发送", "btn btn-link btn-sm", unsent.drain));
    else if (location.pathname !== "/login") line.appendChild(link("/login?next=" + encodeURIComponent(here()), "重新登录", "btn btn-link btn-sm"));
    if (location.pathname !== "/offline/") line.appendChild(link("/offline/", "查看内容", "btn btn-link btn-sm"));
    return line;
  }
  function here() { return unsent.address(document.createElement("form")); }
  function refusedLine(item) {
    const line = make("p", "unsent__line unsent__line--refused", "");
    line.appendChild(make("strong", "", named(item) + "没有被接收"));
    line.appendChild(make("span", "", "：" + item.refused + " "));
    line.appendChild(link(opened(item), "打开改正", "btn btn-link btn-sm"));
    line.appendChild(remover(item));
    return line;
  }
  function remover(item) {
    const away = button("删除", "btn btn-link btn-sm", function () {
      if (away.sure) { unsent.drop(item.key).then(unsent.refresh); return; }
      away.sure = true;
      away.textContent = "确定删除？内容不能恢复";
    });
    return away;
  }
  function sentLine() {
    const line = make("p", "unsent__line unsent__line--sent", "");
    line.appendChild(make("span", "", counted(unsent.sent) + "已经发送。"));
    line.appendChild(link(unsent.sent[unsent.sent.length - 1].url, "查看", "btn btn-link btn-sm"));
    return line;
  }

  /* In place of a form that is kept */
  unsent.panel = function (form, item) {
    const box = make("section", "paper unsent-kept", ""), ways = make("div", "form-actions", "");
    const found = item.fields.some(function (pair) { return pair[0] === "outcome" && pair[1] === "found"; });
    box.appendChild(make("h2", "", "已存在本机，还没有发送"));
    box.appendChild(make("p", "", named(item) + "保存在这台设备上，联网后自动发送。发送前请不要退出登录，也不要清除浏览器数据。"));
    if (found && form.getAttribute("data-queue-then")) ways.appendChild(link("/problems/new?after=" + item.key, form.getAttribute("data-queue-then"), "btn btn-primary"));
    ways.appendChild(link(again(item), form.getAttribute("data-queue-again"), "btn btn-outline-primary"));
    box.appendChild(ways);
    box.tabIndex = -1;
    setTimeout(function () { box.focus(); }, 0);
    return box;
  };
  function again(item) { return item.url.indexOf("/visits/") === 0 ? "/visits/new" : "/problems/new"; }

  /* On the page that opens without a network: everything that waits, with its text */
  function list() {
    const section = document.querySelector("[data-unsent-list]");
    if (!section) return;
    const box = section.querySelector("[data-unsent-items]");
    section.hidden = !unsent.items.length;
    box.textContent = "";
    unsent.items.forEach(function (item) { box.appendChild(whole(item)); });
  }
  function whole(item) {
    const part = make("details", "unsent-item", ""), facts = make("dl", "", ""), at = new Date(item.at);
    const when = (at.getMonth() + 1) + "月" + at.getDate() + "日 " + ("0" + at.getHours()).slice(-2) + ":" + ("0" + at.getMinutes()).slice(-2);
    part.appendChild(make("summary", "", named(item) + "，" + when + (item.refused ? "，没有被接收" : "")));
    if (item.refused) part.appendChild(make("p", "field__error", item.refused));
    item.told.forEach(function (pair) {
      facts.appendChild(make("dt", "", pair[0]));
      facts.appendChild(make("dd", "", pair[1]));
    });
    part.appendChild(facts);
    part.appendChild(remover(item));
    return part;
  }

  /* Signing out: what is kept goes with the person, but not without a word. */
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (!form.hasAttribute("data-ends-session")) return;
    if (unsent.items.length && !form.sure) {
      event.preventDefault();
      event.stopImmediatePropagation();
      warn(form);
      return;
    }
    unsent.forgetUser();
  }, true);
  function warn(form) {
    const old = document.querySelector("[data-unsent-leaving]");
    if (old) old.remove();
    const bar = make("div", "unsent--leaving", "");
    bar.setAttribute("data-unsent-leaving", "");
    bar.setAttribute("role", "alert");
    bar.appendChild(make("p", "unsent__line", "还有 " + counted(unsent.items) + "没有发送，退出登录会把它从本机删除。"));
    bar.appendChild(button("先不退出", "btn btn-primary btn-sm", function () { bar.remove(); }));
    bar.appendChild(button("删除并退出", "btn btn-outline-danger btn-sm", function () {
      form.sure = true;
      Promise.all(unsent.items.map(function (item) { return unsent.drop(item.key); })).then(function () { form.querySelector("button[type=submit]").click(); });
    }));
    form.insertAdjacentElement("beforebegin", bar); /* where he is looking, over whatever menu is open */
    bar.querySelector("button").focus();
  }
})();
