/* The wall looks again every few minutes. While the server cannot be reached the last picture stays, and says so;
   when nobody is signed in any more it leads to the sign-in page. */
(function () {
  "use strict";
  function again() {
    const wall = document.getElementById("wall");
    fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } }).then(function (answer) {
      if (answer.redirected) { location.href = answer.url; return null; }
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.text();
    }).then(function (text) {
      if (text === null) return;
      const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("wall");
      if (!fresh) throw new Error("no wall");
      window.deskCharts.forget();
      wall.parentNode.replaceChild(document.importNode(fresh, true), wall);
      window.deskCharts.drawAll(document);
    }).catch(function () { say("暂时连不上服务器，显示的是上一次的数据"); }).then(wait);
  }
  function say(words) {
    const place = document.querySelector("[data-wall-trouble]");
    place.textContent = words;
    place.hidden = false;
  }
  function wait() {
    const wall = document.getElementById("wall");
    setTimeout(again, parseInt(wall.getAttribute("data-wall"), 10) * 1000);
  }
  document.addEventListener("DOMContentLoaded", wait);
})();
