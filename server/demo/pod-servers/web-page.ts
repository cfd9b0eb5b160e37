/** The demo web page and its assets, each a file of its own on the wire. */

/** @param pod a Kubernetes name, so nothing in it needs escaping */
export function page(pod: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${pod}: hello from a pod</title>
<link rel="icon" href="logo.svg">
<link rel="stylesheet" href="style.css">
</head>
<body>
<main>
<header>
<img src="logo.svg" alt="" width="56" height="56">
<div>
<h1>Hello from <code>${pod}</code></h1>
<p>This page is served inside a pod and reaches your browser through a port-forward.</p>
</div>
</header>
<section>
<h2>Server-sent events</h2>
<p><output id="tick">waiting for the first event</output></p>
</section>
<section>
<h2>WebSocket</h2>
<form id="talk">
<label for="message">Message</label>
<input id="message" value="hello" autocomplete="off">
<button>Send</button>
</form>
<p>State: <output id="socket">connecting</output></p>
<ol id="replies"></ol>
</section>
<section>
<h2>Upload</h2>
<label for="file">File</label>
<input id="file" type="file">
<p><output id="uploaded">nothing yet</output></p>
</section>
<nav>
<a href="echo?hello=world">echo</a>
<a href="download?bytes=10000000">download 10 MB</a>
<a href="redirect">redirect</a>
<a href="cookies">cookies</a>
<a href="slow">slow</a>
</nav>
</main>
<script src="app.js" type="module"></script>
</body>
</html>
`;
}

export const STYLE_CSS = `:root {
  color-scheme: light dark;
  --ink: light-dark(#16202a, #e6ebf0);
  --paper: light-dark(#f5f7f9, #12171c);
  --card: light-dark(#fff, #1a2128);
  --line: light-dark(#d5dce3, #2d3740);
  --accent: light-dark(#0b6e75, #4cc3cb);
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 42rem; margin: 0 auto; padding: 2rem 1rem; display: grid; gap: 1rem; }
header { display: flex; gap: 1rem; align-items: center; }
h1 { margin: 0; font-size: 1.5rem; }
h2 { margin: 0 0 .5rem; font-size: 1rem; }
header p, section p { margin: .25rem 0 0; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; }
code, output { font-family: ui-monospace, monospace; color: var(--accent); overflow-wrap: anywhere; }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
input, button { font: inherit; padding: .25rem .5rem; }
nav { display: flex; flex-wrap: wrap; gap: 1rem; }
a { color: var(--accent); }
`;

export const LOGO_SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 56 56">
<circle cx="28" cy="28" r="26" fill="#0b6e75"/>
<circle cx="28" cy="28" r="17" fill="#d8f1f2"/>
<path d="M12 31q8-6 16 0t16 0v4q-4 10-16 10T12 35z" fill="#4cc3cb"/>
<g fill="#f5f7f9"><circle cx="28" cy="6" r="2"/><circle cx="28" cy="50" r="2"/>
<circle cx="6" cy="28" r="2"/><circle cx="50" cy="28" r="2"/></g>
</svg>
`;

export const APP_JS = `const show = (id, text) => { document.getElementById(id).textContent = text; };

const events = new EventSource("events");
events.addEventListener("tick", (event) => {
  const { id, at } = JSON.parse(event.data);
  show("tick", "event " + id + " at " + new Date(at).toLocaleTimeString());
});
events.addEventListener("error", () => show("tick", "the stream broke; the browser tries again"));

const address = new URL("ws", location.href);
address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
const socket = new WebSocket(address);
const replies = document.getElementById("replies");
socket.addEventListener("open", () => show("socket", "open"));
socket.addEventListener("close", () => show("socket", "closed"));
socket.addEventListener("message", (event) => {
  const item = document.createElement("li");
  item.textContent = event.data;
  replies.append(item);
});
document.getElementById("talk").addEventListener("submit", (event) => {
  event.preventDefault();
  if (socket.readyState === WebSocket.OPEN) socket.send(document.getElementById("message").value);
});

document.getElementById("file").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  if (!file) return;
  show("uploaded", "sending " + file.name);
  const answer = await fetch("upload", { method: "POST", body: file });
  const { bytes, sha256 } = await answer.json();
  show("uploaded", bytes + " bytes, sha256 " + sha256);
});
`;
