/** The page that the web pod serves, with a script that moves random data as a page would: `transfer(bytes)`. */
export const POD_PAGE = `<!doctype html>
<meta charset="utf-8">
<title>pod</title>
<h1>A page of the pod</h1>
<script>
async function sha256(data) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function random(bytes) {
  const data = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 65536) crypto.getRandomValues(data.subarray(at, at + 65536));
  return data;
}

async function transfer(bytes) {
  const run = String(Math.random());
  const upload = async (body) => (await fetch("/upload", { method: "POST", body })).text();
  const download = async (id) => (await fetch("/random?bytes=" + bytes + "&id=" + id)).arrayBuffer();
  const there = async (id) => (await fetch("/sha256?id=" + id)).text();
  const first = random(bytes);
  const upThere = await upload(first);
  const down = await download(run + "-down");
  const second = random(bytes);
  const [bothUpThere, bothDown] = await Promise.all([upload(second), download(run + "-both")]);
  return {
    up: await sha256(first),
    upThere,
    down: await sha256(down),
    downThere: await there(run + "-down"),
    bothUp: await sha256(second),
    bothUpThere,
    bothDown: await sha256(bothDown),
    bothDownThere: await there(run + "-both"),
  };
}

async function readSlowly(bytes, waitMs) {
  const id = String(Math.random());
  const reader = (await fetch("/random?bytes=" + bytes + "&id=" + id)).body.getReader();
  const pieces = [(await reader.read()).value];
  await new Promise((resolve) => setTimeout(resolve, waitMs));
  for (let next = await reader.read(); !next.done; next = await reader.read()) pieces.push(next.value);
  const down = await sha256(await new Blob(pieces).arrayBuffer());
  return { down, downThere: await (await fetch("/sha256?id=" + id)).text() };
}
</script>
`;
