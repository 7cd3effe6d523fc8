/* Lets the form of a visit open where there is no network. Keeps that one page, which is the same for everybody, and the
   files it is made of; every other page and every answer goes past it. */
"use strict";
const CACHE = "visits-{{ version }}";
const SHELL = {{ shell|tojson }};
const FILES = {{ files|tojson }};

function fetched(cache, url) {
  return fetch(url, { cache: "reload", credentials: "same-origin" }).then(function (answer) {
    if (!answer.ok || answer.redirected) throw new Error("not kept: " + url);
    return cache.put(url, answer);
  });
}
self.addEventListener("install", function (event) {
  event.waitUntil(caches.open(CACHE).then(function (cache) {
    return Promise.all([SHELL].concat(FILES).map(function (url) { return fetched(cache, url); }));
  }).then(function () { return self.skipWaiting(); }));
});
self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) { return name.indexOf("visits-") === 0 && name !== CACHE; })
      .map(function (name) { return caches.delete(name); }));
  }).then(function () { return self.clients.claim(); }));
});
function kept(url) { return caches.match(url, { ignoreSearch: true, ignoreVary: true }); }
self.addEventListener("fetch", function (event) {
  const request = event.request, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(function () { return kept(SHELL); }));
  } else if (FILES.indexOf(url.pathname) >= 0) {
    event.respondWith(fetch(request).catch(function () { return kept(url.pathname); }));
  }
});
