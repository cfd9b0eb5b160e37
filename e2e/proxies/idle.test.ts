/**
 * Terminals that nobody types into, through real proxies that cut quiet connections. By default the timeouts of
 * docs/proxies.md are shortened, so that the test is short too; PORTHOLE_LONG=1 leaves them as they are on the page.
 */
import { describe, it } from "vitest";
import { type ExecClient, exitCodeOf } from "../reference/exec-client.ts";
import { FrontClient } from "./front-client.ts";
import { startPodWeb } from "./pod-web.ts";
import { LONG, startProxiedPorthole } from "./proxied-porthole.ts";
import { programOf, type Software } from "./proxy-server.ts";

/** More than the 15 seconds between two pings, as the 60 seconds of the page are. */
const TIMEOUT_SECONDS = LONG ? 60 : 20;
const QUIET_SECONDS = LONG ? 180 : 45;
/** Starting everything, and shutting it down. */
const MORE_SECONDS = 90;

const SOFTWARE: Software[] = ["nginx", "haproxy"];

const quiet = () => new Promise((resolve) => setTimeout(resolve, QUIET_SECONDS * 1000));

async function goesOn(terminal: ExecClient, name: string): Promise<number | null> {
  terminal.stdin(`echo "<${name}>"; exit 9\n`);
  await terminal.untilStdout(`<${name}>\r\n`);
  return exitCodeOf(await terminal.result());
}

describe.concurrent(`a terminal that is quiet for ${QUIET_SECONDS} seconds`, () => {
  for (const software of SOFTWARE) {
    it.skipIf(!programOf(software))(
      `outlives the ${TIMEOUT_SECONDS} seconds of ${software} on both sides of Porthole`,
      async ({ expect, onTestFinished }) => {
        const porthole = await startProxiedPorthole({ software, timeoutSeconds: TIMEOUT_SECONDS });
        onTestFinished(() => porthole.stop());
        const web = await startPodWeb();
        onTestFinished(() => web.stop());
        const client = new FrontClient(porthole);

        const terminals = {
          kubernetes: await client.exec(["sh"], { tty: true }),
          page: await client.session(["sh"]),
          spdy: await client.exec(["sh"], { cluster: "ref-creator", tty: true }),
        };
        // Nobody pings it: it shows that the proxy does cut what is quiet.
        const preview = await client.preview(web.port);
        const unpinged = await preview.socket("/socket");
        const openedAt = performance.now();
        const cutAfterMs = new Promise<number>((resolve) =>
          unpinged.once("close", () => resolve(performance.now() - openedAt)),
        );
        await quiet();

        for (const [name, terminal] of Object.entries(terminals)) {
          expect(await goesOn(terminal, name)).toBe(9);
        }
        const cutAfter = (await cutAfterMs) / 1000;
        expect(cutAfter).toBeGreaterThan(TIMEOUT_SECONDS - 2);
        expect(cutAfter).toBeLessThan(TIMEOUT_SECONDS + 10);
      },
      (QUIET_SECONDS + MORE_SECONDS) * 1000,
    );
  }
});
