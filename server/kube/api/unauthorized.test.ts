import { describe, expect, it } from "vitest";
import { answerJson, startApiServer } from "../testing/api-server.ts";
import { clusterFor } from "../testing/cluster.ts";
import { unauthorizedStatus } from "./unauthorized.ts";

const NOW = Date.parse("2026-01-01T12:00:00Z");
const at = (minutes: number) => new Date(NOW + minutes * 60_000).toUTCString();
const jwt = (seconds: number) =>
  `e30.${Buffer.from(JSON.stringify({ exp: NOW / 1000 + seconds })).toString("base64url")}.sig`;
const STATUS = { kind: "Status", message: "Unauthorized", reason: "Unauthorized", code: 401 };

describe("unauthorizedStatus", () => {
  it("says what the credential says of itself, for people and for programs", () => {
    const refused = { authorization: `Bearer ${jwt(-60)}` };
    const words = "The token in the kubeconfig expired at 2026-01-01T11:59:00Z.";
    expect(unauthorizedStatus("No.", STATUS, at(0), refused, NOW)).toEqual({
      ...STATUS,
      message: `No. ${words}`,
      details: { causes: [{ reason: "CredentialExpired", message: words }] },
    });
  });

  it("says nothing of an opaque token, and is a Status where none came", () => {
    const refused = { authorization: "Bearer opaque" };
    expect(unauthorizedStatus("No.", STATUS, at(1), refused, NOW)).toEqual({ ...STATUS, message: "No." });
    expect(unauthorizedStatus("No.", undefined, undefined, undefined, NOW)).toMatchObject({
      ...STATUS,
      message: "No.",
    });
    expect(unauthorizedStatus("No.", STATUS, "yesterday", undefined, NOW).message).toBe("No.");
  });

  it("says whose clock is ahead of whose", () => {
    const said = (minutes: number) => unauthorizedStatus("No.", STATUS, at(minutes), undefined, NOW).message;
    expect(said(-7)).toBe("No. The clock of Porthole's machine is 7 minutes ahead of the API server's.");
    expect(said(7)).toContain("is 7 minutes behind the API server's.");
    expect(said(-1)).toBe("No.");
  });
});

describe("a 401", () => {
  it("has the words wherever it is met: a request that is passed on, one for JSON, an upgrade", async () => {
    const server = await startApiServer((_request, response) => answerJson(response, 401, STATUS));
    const cluster = clusterFor(server.url, { user: "ann", credential: { token: jwt(-60) } });
    const words = /the user "ann".* The token in the kubeconfig expired at 2026-01-01T11:59:00Z/;
    const passedOn = await cluster.refusal(await cluster.request({ method: "GET", path: "/version" }));
    const json = await cluster.json({ method: "GET", path: "/version" }).catch((error: unknown) => error);
    const upgrade = await cluster
      .upgrade({ method: "GET", path: "/x", protocol: "websocket", headers: {} })
      .catch((error: unknown) => error);
    for (const error of [passedOn, json, upgrade]) {
      expect(error).toMatchObject({ code: "STATUS", httpStatus: 401, message: expect.stringMatching(words) });
      expect(error).toMatchObject({
        status: {
          message: expect.stringMatching(words),
          details: { causes: [{ reason: "CredentialExpired" }] },
        },
      });
    }
  });
});
