// Says in words why the page can't work. It is a script of the old kind: modules are what file:// does not load.

(() => {
  const missing = location.protocol === "file:"
    ? "This page must come from a web server: browsers do not load its parts from a folder. There, run: python -m http.server"
    : typeof WebAssembly !== "object" ? "This browser has no WebAssembly, which the network runs in: use another browser."
      : null;
  if (!missing) return;
  const words = document.getElementById("words");
  words.textContent = missing;
  words.classList.add("bad");
})();
