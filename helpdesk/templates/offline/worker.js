/* Lets two forms open where there is no network, and a page that leads to them in place of any other. Keeps those three
   pages, which are the same for everybody, and the files they are made of; every other page and every answer goes past it. */
"use strict";
const CACHE = "offline-{{ version }}";
const START = {{ start|tojson }}, VISIT = {{ visit|tojson }}, PROBLEM = {{ problem|tojson }};
const FILES = {{ files|tojson }};

function shellFor(path) {
  if (path === VISIT || path === "/visits/new" || /^\/visits\/\d+\/record$/.test(path)) return VISIT;
  return path === PROBLEM || path === "/problems/new" ? PROBLEM : START;
}
function fetched(cache, url) {
  return fetch(url, { cache: "reload", credentials: "same-origin", headers: { "X-Kept": "1" } }).then(function (answer) {
    if (!answer.ok || answer.redirected) throw new Error("not kept: " + url);
    return cache.put(url, answer);
  });
}
self.addEventListener("install", function (event) {
  event.waitUntil(caches.open(CACHE).then(function (cache) {
    return Promise.all([START, VISIT, PROBLEM].concat(FILES).map(function (url) { return fetched(cache, url); }));
  }).then(function () { return self.skipWaiting(); }));
});
self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) { return name !== CACHE; }).map(function (name) { return caches.delete(name); }));
  }).then(function () { return self.clients.claim(); }));
});
function kept(url) { return caches.match(url, { ignoreSearch: true, ignoreVary: true }); }
self.addEventListener("fetch", function (event) {
  const request = event.request, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(function () { return kept(shellFor(url.pathname)); }));
  } else if (FILES.indexOf(url.pathname) >= 0) {
    event.respondWith(fetch(request).catch(function () { return kept(url.pathname); }));
  }
});
