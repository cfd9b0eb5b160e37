/** Both loopback addresses belong to one Porthole (threats.md A2). */
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { afterEach, expect, it } from "vitest";
import { openSecondDoors, type SecondDoors } from "./second-doors.ts";

const TWO_ADDRESSES = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === "::1"),
);

let servers: Server[] = [];
let doors: SecondDoors | undefined;
afterEach(async () => {
  doors?.close();
  doors = undefined;
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  servers = [];
});

/** @param host undefined: it does not listen by itself */
async function serverAt(host?: string, port = 0): Promise<Server> {
  const server = createServer((asked, answer) => answer.end(asked.headers.host));
  if (host !== undefined) {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(port, host, resolve);
    });
    servers.push(server);
  }
  return server;
}
const portOf = (server: Server) => (server.address() as AddressInfo).port;

function ask(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host, port, agent: false, headers: { host: "p-x.localhost" } },
      (answer: IncomingMessage) => {
        answer.setEncoding("utf8").once("data", resolve);
      },
    );
    asked.once("error", reject).end();
  });
}

it.skipIf(!TWO_ADDRESSES).each([
  ["127.0.0.1", ["::1"]],
  ["::1", ["127.0.0.1"]],
  ["::ffff:127.0.0.1", ["::1"]],
  ["127.0.0.2", ["::1", "127.0.0.1"]],
])("a server for %s answers at %j as well, on one port", async (own, others) => {
  doors = await openSecondDoors(await serverAt(), own, 0);
  for (const other of others) expect(await ask(other, doors.port)).toBe("p-x.localhost");
  // Free for the server itself.
  await serverAt(own, doors.port);
  doors.close();
  for (const other of others) await expect(ask(other, doors.port)).rejects.toThrow("ECONNREFUSED");
});

it.skipIf(!TWO_ADDRESSES)("nobody else listens there first, nor afterwards", async () => {
  const neighbour = await serverAt("::1");
  const opening = openSecondDoors(await serverAt(), "127.0.0.1", portOf(neighbour));
  await expect(opening).rejects.toMatchObject({ code: "EADDRINUSE", address: "::1" });
  doors = await openSecondDoors(await serverAt(), "127.0.0.1", 0);
  await expect(serverAt("::1", doors.port)).rejects.toThrow("EADDRINUSE");
});

it.skipIf(!TWO_ADDRESSES)("a door that is taken leaves no other one open", async () => {
  const neighbour = await serverAt("127.0.0.1");
  await expect(openSecondDoors(await serverAt(), "127.0.0.2", portOf(neighbour))).rejects.toThrow(
    "EADDRINUSE",
  );
  await serverAt("::1", portOf(neighbour));
});
