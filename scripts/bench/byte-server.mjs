/** The thing behind a forwarded port: `GET /bytes?n=N` sends N bytes, anything else a short answer. Prints its port. */
import { createServer } from "node:http";

const PIECE = Buffer.alloc(64 * 1024, "porthole");

createServer((request, response) => {
  const wanted = Number(new URL(request.url, "http://x").searchParams.get("n") ?? 0);
  if (!request.url.startsWith("/bytes")) {
    response.end("hello from the pod\n");
    return;
  }
  response.writeHead(200, { "Content-Length": wanted });
  let left = wanted;
  const send = () => {
    while (left > 0) {
      const piece = left < PIECE.length ? PIECE.subarray(0, left) : PIECE;
      left -= piece.length;
      if (!response.write(piece)) {
        response.once("drain", send);
        return;
      }
    }
    response.end();
  };
  send();
}).listen(0, "127.0.0.1", function ready() {
  console.log(`listening on ${this.address().port}`);
});
