/* The enterprises that one looks after, kept on this device to be chosen from without a network: names and codes, of the
   person who is signed in, and of nobody after he has signed out. They lie encrypted (AES-GCM) under a key that the
   browser keeps and hands out to no script; where it has no such means (no HTTPS), nothing is kept. */
(function () {
  "use strict";
  const desk = window.desk, URL_OF_MINE = "/offline/enterprises.json", FETCHED = "desk:firms", MOST = 12;
  const secret = window.crypto && crypto.subtle;

  const store = desk.openStore("firms", "kept", "id");
  function keep(user, firms) {
    const iv = crypto.getRandomValues(new Uint8Array(12)), plain = new TextEncoder().encode(JSON.stringify(firms));
    return secret.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]).then(function (key) {
      return secret.encrypt({ name: "AES-GCM", iv: iv }, key, plain).then(function (bytes) {
        return store("readwrite", function (kept) { return kept.put({ id: "mine", user: user, key: key, iv: iv, bytes: bytes }); });
      });
    });
  }
  function forget() { return store("readwrite", function (kept) { return kept.clear(); }).catch(function () { return null; }); }
  function mine() {
    return store("readonly", function (kept) { return kept.get("mine"); }).then(function (found) {
      if (!found || found.user !== window.unsent.user()) return [];
      return secret.decrypt({ name: "AES-GCM", iv: found.iv }, found.key, found.bytes).then(function (plain) {
        return JSON.parse(new TextDecoder().decode(plain));
      });
    }).catch(function () { return []; });
  }
  function holds(firm, words) {
    return [firm.label, firm.hint, firm.sounds].some(function (part) { return part.toLowerCase().indexOf(words) >= 0; });
  }
  /* Those of mine whose name, code or initials hold the words; without words the first ones. */
  desk.myFirms = function (words) {
    const sought = words.trim().toLowerCase();
    return mine().then(function (firms) { return firms.filter(function (firm) { return holds(firm, sought); }).slice(0, MOST); });
  };
  desk.myFirm = function (id) {
    return mine().then(function (firms) { return firms.filter(function (firm) { return String(firm.id) === String(id); })[0]; });
  };

  /* Once for every person and tab; somebody else's list is written over. */
  function renew() {
    const user = document.body.getAttribute("data-user"), offline = document.querySelector("[data-offline]");
    if (!window.unsent.user()) { forget(); return; }
    if (!user || offline || !secret) return;
    try { if (sessionStorage.getItem(FETCHED) === user) return; } catch (error) { return; }
    fetch(URL_OF_MINE, { headers: { Accept: "application/json" }, credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    }).then(function (firms) { return keep(user, firms); }).then(function () { sessionStorage.setItem(FETCHED, user); })
      .catch(function () { /* next time */ });
  }
  desk.onPart(function (root) { if (root === document) renew(); });
  document.addEventListener("submit", function (event) {
    if (event.defaultPrevented || !event.target.hasAttribute("data-ends-session")) return;
    forget();
    try { sessionStorage.removeItem(FETCHED); } catch (error) { /* nothing was kept */ }
  });
})();
