/* File fields: several choices add up, each with thumbnail, size and a way out; large uploads show their progress.

   Thumbnails are drawn on a canvas, so that no blob: address is needed in the content security policy.
   data-max-mb on the input (render_kw) is checked here in advance; the server decides. */
(function () {
  "use strict";
  const desk = window.desk, make = desk.make;
  const WORTH_A_BAR = 300 * 1024;

  function sizeWords(bytes) {
    if (bytes >= 1024 * 1024) return (bytes / 1024 / 1024).toFixed(1) + " MB";
    return Math.max(1, Math.round(bytes / 1024)) + " KB";
  }
  function inputs(box) { return Array.prototype.slice.call(box.querySelectorAll("input[type=file]")); }
  function setFiles(input, files) {
    const carrier = new DataTransfer();
    files.forEach(function (file) { carrier.items.add(file); });
    input.files = carrier.files;
    input.kept = files;
  }
  function same(a, b) { return a.name === b.name && a.size === b.size && a.lastModified === b.lastModified; }
  function addUp(input) {
    const chosen = Array.prototype.slice.call(input.files);
    if (!input.multiple && !input.hasAttribute("capture")) { input.kept = chosen; return; }
    const before = (input.kept || []).filter(function (old) { return !chosen.some(function (file) { return same(old, file); }); });
    setFiles(input, before.concat(chosen));
  }

  function draw(box) {
    const list = box.querySelector("[data-files-list]");
    list.textContent = "";
    inputs(box).forEach(function (input) {
      Array.prototype.forEach.call(input.files, function (file) { list.appendChild(item(box, input, file)); });
    });
  }
  function item(box, input, file) {
    const line = make("li", "files__item");
    const name = make("span", "files__name", file.name);
    const limit = Number(inputs(box)[0].getAttribute("data-max-mb")) || 0;
    const tooLarge = limit && file.size > limit * 1024 * 1024;
    name.appendChild(make("small", "", sizeWords(file.size) + (tooLarge ? "，超过 " + limit + " MB，请压缩后再选" : "")));
    if (tooLarge) line.classList.add("files__item--wrong");
    line.appendChild(thumb(file));
    line.appendChild(name);
    line.appendChild(remover(box, input, file));
    return line;
  }
  function remover(box, input, file) {
    const button = make("button", "files__remove");
    button.type = "button";
    button.setAttribute("aria-label", "去掉 " + file.name);
    button.appendChild(make("i", "bi bi-x-lg"));
    button.addEventListener("click", function () {
      setFiles(input, Array.prototype.filter.call(input.files, function (other) { return other !== file; }));
      draw(box);
      inputs(box)[0].focus();
    });
    return button;
  }
  function thumb(file) {
    const frame = make("span", "files__thumb");
    if (!/^image\//.test(file.type) || !window.createImageBitmap) {
      frame.appendChild(make("i", "bi bi-file-earmark-text"));
      return frame;
    }
    createImageBitmap(file).then(function (picture) { frame.appendChild(small(picture)); },
      function () { frame.appendChild(make("i", "bi bi-image")); });
    return frame;
  }
  function small(picture) {
    const canvas = document.createElement("canvas");
    canvas.width = 112;
    canvas.height = 84;
    canvas.className = "files__picture";
    const scale = Math.max(canvas.width / picture.width, canvas.height / picture.height);
    const width = picture.width * scale, height = picture.height * scale;
    canvas.getContext("2d").drawImage(picture, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
    if (picture.close) picture.close();
    return canvas;
  }
  document.addEventListener("change", function (event) {
    const box = event.target.type === "file" && event.target.closest("[data-files]");
    if (!box) return;
    addUp(event.target);
    if (event.target.form) event.target.form.changed = true;
    draw(box);
  });

  /* Large uploads go with a progress bar; the answer takes the place of the page, as if the browser had sent it. */
  function weight(form) {
    let total = 0;
    desk.each(form, "input[type=file]", function (input) {
      if (!input.disabled) Array.prototype.forEach.call(input.files, function (file) { total += file.size; });
    });
    return total;
  }
  document.addEventListener("submit", function (event) {
    const form = event.target;
    const plain = form.method === "post" && form.enctype === "multipart/form-data" && !form.hasAttribute("hx-post");
    if (event.defaultPrevented || !plain || weight(form) < WORTH_A_BAR) return;
    event.preventDefault();
    send(form, pressed(form, event));
  });
  /* A form whose answer is to be shown as a page, sent from a script. */
  desk.sendAsPage = function (form, button) {
    if (weight(form) >= WORTH_A_BAR) { send(form, button); return; }
    if (button && button.name) form.appendChild(hiddenField(button.name, button.value));
    HTMLFormElement.prototype.submit.call(form);
  };
  function hiddenField(name, value) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    return field;
  }
  desk.showProgress = progress;
  function pressed(form, event) {
    const button = event.submitter || document.activeElement;
    return button && button.form === form && button.type === "submit" ? button : null;
  }
  function send(form, button) {
    const data = new FormData(form);
    if (button && button.name) data.append(button.name, button.value);
    const request = new XMLHttpRequest();
    request.open("POST", (button && button.getAttribute("formaction")) || form.action);
    request.upload.addEventListener("progress", function (event) { progress(form, event); });
    request.addEventListener("load", function () { takePlace(form, request); });
    request.addEventListener("error", function () { failed(form); });
    request.addEventListener("timeout", function () { failed(form); });
    desk.hold(form);
    form.uploading = true;
    request.addEventListener("loadend", function () { form.uploading = false; });
    request.send(data);
  }
  function progress(form, event) {
    const line = form.querySelector("[data-files-progress]");
    if (!line || !event.lengthComputable) return;
    const percent = Math.round(100 * event.loaded / event.total);
    line.hidden = false;
    line.querySelector("progress").value = percent;
    line.querySelector("span").textContent = percent < 100 ? "正在上传 " + percent + "%，共 " + sizeWords(event.total) : "上传完毕，正在保存…";
  }
  function failed(form) {
    const line = form.querySelector("[data-files-progress]");
    desk.stopLoading();
    desk.release(form);
    form.changed = true;
    if (!line) return;
    line.hidden = false;
    line.querySelector("span").textContent = "网络中断，没有提交成功。填写的内容还在，请再点一次提交。";
  }
  function takePlace(form, request) {
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const chosen = inputs(form).map(function (input) { return { name: input.name, capture: input.hasAttribute("capture"), files: Array.prototype.slice.call(input.files) }; });
    desk.stopLoading();
    showAddress(request.responseURL || location.href);
    document.title = page.title;
    document.body.replaceWith(page.body);
    carryOver(chosen);
    if (window.htmx) window.htmx.process(document.body);
    window.scrollTo(0, 0);
    desk.announcePart(document.body);
  }
  let shown = null;
  function address() { return location.pathname + location.search; }
  function showAddress(url) {
    if (url.split("#")[0] !== location.href.split("#")[0]) history.pushState(null, "", url);
    shown = address();
  }
  /* Going back from such a page has to fetch the page before it; a jump to an anchor must not. */
  window.addEventListener("popstate", function () { if (shown !== null && address() !== shown) location.reload(); });
  /* The form came back with errors: what was chosen is chosen again. */
  function carryOver(chosen) {
    if (!document.querySelector("[data-error-summary]")) return;
    chosen.forEach(function (old) {
      desk.each(document, "[data-files] input[type=file]", function (input) {
        if (input.closest("[data-files]").querySelector("[data-kept-files]")) return; /* the server kept them */
        if (input.name !== old.name || input.hasAttribute("capture") !== old.capture || !old.files.length) return;
        setFiles(input, old.files);
        draw(input.closest("[data-files]"));
      });
    });
  }
})();
