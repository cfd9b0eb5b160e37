/** API servers that answer with what no API server says. */
import { afterAll, beforeAll, describe, it } from "vitest";
import { isReview, jsonHead } from "./hostile-api.fixture.ts";
import { flood } from "./hostile-client.fixture.ts";
import { type Row, Stage } from "./hostile-stage.fixture.ts";

const TIMEOUT_MS = 90_000;
const MIB = 1024 * 1024;

/** Each in a namespace of its own, of which no verdict is known. */
let namespaces = 0;
const target = () => {
  namespaces += 1;
  return { cluster: "bad", namespace: `team-${namespaces}`, pod: "any", command: ["cat"] };
};

const ROWS: Row[] = [
  {
    name: "a review of 30 MiB of [",
    threat: "A29",
    attack({ api, client, over }) {
      api.say = (request, socket) => {
        if (!isReview(request)) return false;
        socket.write(jsonHead(30 * MIB));
        void flood(socket, Buffer.alloc(64 * 1024, "["), over, 480);
        return true;
      };
      client.api("POST", "/api/sessions", target()).catch(() => {});
    },
  },
];

const stage = new Stage();
beforeAll(() => stage.start(), TIMEOUT_MS);
afterAll(() => stage.close());

describe("a hostile API server", () => {
  it.each(ROWS)("$name ($threat)", (row) => stage.run(row), TIMEOUT_MS);
});
