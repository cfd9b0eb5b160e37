/** The JSON API of team-a: a few orders, kept in memory. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

interface Order {
  id: number;
  item: string;
  quantity: number;
}

const MAX_ORDERS = 1_000;
const MAX_BODY_BYTES = 16 * 1024;
const MAX_ITEM_CHARS = 200;

export function createApiServer(): Server {
  let lastId = 3;
  const orders: Order[] = [
    { id: 1, item: "tea", quantity: 2 },
    { id: 2, item: "maps", quantity: 1 },
    { id: 3, item: "lamps", quantity: 4 },
  ];

  function get(pathname: string): [number, unknown] {
    if (pathname === "/") return [200, { service: "orders", links: ["/orders", "/orders/1", "/healthz"] }];
    if (pathname === "/healthz") return [200, { status: "ok" }];
    if (pathname === "/orders") return [200, { orders }];
    const id = /^\/orders\/(\d{1,9})$/.exec(pathname)?.[1];
    const order = orders.find((entry) => entry.id === Number(id));
    return order ? [200, order] : [404, { error: `nothing is at ${pathname}` }];
  }

  async function post(request: IncomingMessage): Promise<[number, unknown]> {
    const value = await readOrder(request);
    if (!value) return [400, { error: 'send {"item": "tea", "quantity": 1}' }];
    lastId += 1;
    const order = { id: lastId, ...value };
    orders.push(order);
    if (orders.length > MAX_ORDERS) orders.shift();
    return [201, order];
  }

  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://pod");
    if (request.method === "GET" || request.method === "HEAD") answer(response, ...get(pathname));
    else if (request.method === "POST" && pathname === "/orders") answer(response, ...(await post(request)));
    else answer(response, 405, { error: `${request.method} is not allowed on ${pathname}` });
  });
  server.keepAliveTimeout = 60_000;
  return server;
}

function answer(response: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(`${JSON.stringify(value)}\n`);
  response.writeHead(status, { "content-type": "application/json", "content-length": body.byteLength });
  response.end(response.req.method === "HEAD" ? undefined : body);
}

/** Null for a body that is no order. */
async function readOrder(request: IncomingMessage): Promise<Omit<Order, "id"> | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request) {
      bytes += (chunk as Buffer).byteLength;
      if (bytes > MAX_BODY_BYTES) return null;
      chunks.push(chunk as Buffer);
    }
    const { item, quantity } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    const valid = typeof item === "string" && item.length <= MAX_ITEM_CHARS && Number.isSafeInteger(quantity);
    return valid ? { item, quantity } : null;
  } catch {
    // No JSON, or the client went away.
    return null;
  }
}
