/** API servers that answer with what no API server says. */
import { connect } from "node:net";
import { afterAll, beforeAll, describe, it } from "vitest";
import type { ForwardInfo } from "#protocol/api.ts";
import type { AnswerKind } from "#server/kube/types.ts";
import { ENDLESS_ANSWERS, SLOW_ANSWERS } from "./hostile-answers.fixture.ts";
import { isReview, type Say } from "./hostile-api.fixture.ts";
import type { Flood } from "./hostile-frames.fixture.ts";
import { HOSTILE_TIMEOUT_MS, type Row, type Scene, Stage } from "./hostile-stage.fixture.ts";

const READ = "/clusters/bad/api/v1/namespaces/default/pods";
const AT_ONCE = 4;

/** Each in a namespace of its own, of which no verdict is known. */
let namespaces = 0;
const namespace = () => {
  namespaces += 1;
  return `team-${namespaces}`;
};

type Asked = Parameters<Say>[0];
const isUpgrade = ({ headers }: Asked) => headers.upgrade !== undefined;
const isRead = ({ url = "" }: Asked) => /\/pods(\?|\/|$)/.test(url);

interface Question {
  of(request: Asked): boolean;
  ask(scene: Scene): Promise<unknown> | unknown;
}

/** Whose answer is not waited for: it may never come. */
function session({ client }: Scene): void {
  const target = { cluster: "bad", namespace: namespace(), pod: "any", command: ["cat"] };
  client.api("POST", "/api/sessions", target).catch(() => {});
}

async function connection({ client, over }: Scene, kind: string): Promise<void> {
  const target = { cluster: "bad", namespace: namespace(), kind, name: "any", port: 8080, listen: true };
  const { local } = await client.api<ForwardInfo>("POST", "/api/forwards", target);
  const socket = connect(Number(local?.split(":")[1]), "127.0.0.1");
  socket.on("error", () => {});
  over.addEventListener("abort", () => socket.destroy());
}

/** A read through the Kubernetes API, of whose answer nothing is taken. */
const relayed =
  (path: string) =>
  async ({ client }: Scene): Promise<void> => {
    const socket = await client.connect();
    socket.pause();
    socket.write(client.head("GET", path));
  };

/** What is read whole, of each kind. */
const WHOLE: Record<AnswerKind, Question> = {
  review: { of: isReview, ask: session },
  object: {
    of: (request) => isRead(request) && !isUpgrade(request),
    ask: (scene) => connection(scene, "Pod"),
  },
  list: {
    of: ({ url = "" }) => url.includes("/pods?"),
    ask: (scene) => connection(scene, "Deployment"),
  },
};
const PASSED_ON: Record<string, Question> = {
  "a list that is passed on": { of: isRead, ask: relayed(READ) },
  "a watch that is passed on": { of: isRead, ask: relayed(`${READ}?watch=1`) },
  "a log that is passed on": { of: isRead, ask: relayed(`${READ}/any/log?follow=1`) },
  "an upgrade": { of: isUpgrade, ask: session },
};

const ANSWERS: Record<string, Flood> = { ...ENDLESS_ANSWERS, ...SLOW_ANSWERS };

function rows(name: string, question: Question, answers: readonly string[], times = 1): Row[] {
  return answers.map((answer) => ({
    name: `${name}: ${answer}${times === 1 ? "" : `, ${times} at once`}`,
    threat: "A29",
    async attack(scene: Scene) {
      scene.api.say = (request, socket) => {
        if (!question.of(request)) return false;
        scene.client.flood(socket, ANSWERS[answer] as Flood);
        return true;
      };
      for (let time = 0; time < times; time += 1) await question.ask(scene);
    },
  }));
}

const slow = Object.keys(SLOW_ANSWERS);
const costly = ["brackets", "empty objects", "one string", "chunks of one byte"];
const ROWS: Row[] = [
  ...rows("a review", WHOLE.review, Object.keys(ENDLESS_ANSWERS)),
  ...rows("a review", WHOLE.review, slow, AT_ONCE),
  ...rows("an object", WHOLE.object, costly),
  ...rows("a list", WHOLE.list, costly),
  ...rows("a list that is passed on", PASSED_ON["a list that is passed on"]!, costly, AT_ONCE),
  ...rows("a watch that is passed on", PASSED_ON["a watch that is passed on"]!, costly.slice(2), AT_ONCE),
  ...rows("a log that is passed on", PASSED_ON["a log that is passed on"]!, costly.slice(3), AT_ONCE),
  ...rows("a list that is passed on", PASSED_ON["a list that is passed on"]!, slow, AT_ONCE),
  ...rows("an upgrade", PASSED_ON["an upgrade"]!, slow, AT_ONCE),
  ...rows("an upgrade", PASSED_ON["an upgrade"]!, ["102 answers", "a header", "an error page", "brackets"]),
];

const stage = new Stage();
beforeAll(() => stage.start(), HOSTILE_TIMEOUT_MS);
afterAll(() => stage.close());

describe("a hostile API server", () => {
  for (const row of ROWS) it(`${row.name} (${row.threat})`, () => stage.run(row), HOSTILE_TIMEOUT_MS);
});
