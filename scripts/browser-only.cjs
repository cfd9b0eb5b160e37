/**
 * A loader for the page's bundle. The bundler puts a stand-in for Node's `process` where a module names it, and xterm
 * takes any `process` with a title for Node (its common/Platform.ts): no Mac, no Windows, no AltGr. A variable of its
 * own keeps the stand-in out, so xterm asks the browser.
 */
module.exports = function browserOnly(source) {
  return `var process;\n${source}`;
};
