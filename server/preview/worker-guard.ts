/**
 * What stands before a pod's service worker, in its own file and on its first line. A worker whose scope is the whole
 * origin would answer Porthole's own paths there, and read the code of the next sign-in (threats.md A38). With this, its
 * browser takes these paths to the network without asking the worker.
 *
 * - A module is refused (`this` is undefined there): its imports run before its first line.
 * - Nothing of the pod's code has run yet, but its functions are declared already, over what they name: so nothing is
 *   called by a global name, and an interface that was declared anew, which makes it enumerable, ends the worker.
 * - The listener is the first one and captures, so that none is called before it. It calls bound originals alone: what
 *   the pod's code puts in the place of a method later is not looked up.
 * - A frame is taken to the network as well: a worker that fetches for it would make the pages of siblings its own
 *   (request-origin.ts).
 * - `addRoutes` goes: a static route answers from a cache, with no event.
 */
const GUARD = [
  'if(!this)throw"Porthole: a preview has no service workers of type module, register a classic one";',
  "(function(O,own){",
  "var g=this,of=O.getOwnPropertyDescriptor,bind=O.bind.bind(O.call),",
  'real=function(n){var d=of(g,n);if(d&&d.enumerable)throw"Porthole: a service worker declares "+n;',
  "return d?d.value.prototype:{}},",
  "get=function(n,key){return bind(of(real(n),key).get)},",
  'request=get("FetchEvent","request"),url=get("Request","url"),mode=get("Request","mode"),',
  'dest=get("Request","destination"),stop=bind(real("Event").stopImmediatePropagation),',
  'starts=bind("".startsWith),install=real("InstallEvent");',
  "delete install.addRoutes;delete install.registerRouter;",
  'bind(O.getPrototypeOf(g).addEventListener)(g,"fetch",function(e){var r=request(e);',
  'if(starts(url(r),own)||mode(r)==="navigate"&&dest(r)!=="document")stop(e)},true)',
].join("");

/** @param strict the script begins with the directive, which would be none behind this */
export function workerGuard(ownOrigin: string, strict: boolean): string {
  const own = JSON.stringify(`${ownOrigin}/.porthole`);
  return `${strict ? '"use strict";' : ""}${GUARD}}).call(this,({}).constructor,${own});`;
}
