import { expect, it } from "vitest";
import { logFileName, logText } from "./log-file.ts";

it("writes a log as the container did, with what happened in between", () => {
  const lines = [
    { id: 0, time: "2026-11-20T10:00:00Z", text: "red", raw: "\x1b[31mred\x1b[0m" },
    { id: 1, time: "", text: "", divider: "restart" as const },
    { id: 2, time: "2026-11-20T10:00:01Z", text: "long", missing: 7 },
  ];
  expect(logText(lines, true)).toBe(
    [
      "2026-11-20T10:00:00Z \x1b[31mred\x1b[0m",
      "--- the container started anew ---",
      "2026-11-20T10:00:01Z long --- 7 more characters were not kept ---",
      "",
    ].join("\n"),
  );
  expect(logText(lines.slice(0, 1), false)).toBe("\x1b[31mred\x1b[0m\n");
});

it("names the file after the container and the time", () => {
  const target = { cluster: "demo", namespace: "team-a", pod: "api-0", container: "app" };
  const at = Date.parse("2026-11-20T10:00:00Z");
  expect(logFileName(target, false, at)).toBe("api-0_app_2026-11-20T10-00-00Z.log");
  expect(logFileName(target, true, at)).toBe("api-0_app_previous_2026-11-20T10-00-00Z.log");
});
