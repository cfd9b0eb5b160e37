// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodeText } from "#protocol/text.ts";
import { type ScreenListener, TerminalScreen } from "./terminal-screen.ts";

const LEFT_ON =
  "shell$ top\r\n\x1b[?1049h\x1b[?1003h\x1b[?1006h\x1b[?1004h\x1b[?2004h\x1b[?1h\x1b[?25l\x1b[2;5r\x1b[4h\x1b(0";
let screen: TerminalScreen;
let bells: number;

const write = (text: string) => new Promise<void>((done) => screen.write(encodeText(text), done));
/** What was written before it is drawn, and what its parsing wrote as well. */
const drawn = async () => {
  await write("");
  await write("");
};

beforeEach(() => {
  bells = 0;
  const listener = { onBell: () => (bells += 1), onInput: () => {} } as unknown as ScreenListener;
  const settings = { label: "x", fontSizePx: 13, screenReader: false, optionIsMeta: false };
  screen = new TerminalScreen(document.createElement("div"), settings, listener);
});
afterEach(() => screen.dispose());

describe("resetting a terminal", () => {
  it("undoes what a program left switched on, and keeps the text", async () => {
    await write(`${LEFT_ON}top's screen`);
    expect(screen.terminal.modes.mouseTrackingMode).toBe("any");
    screen.resetModes();
    await drawn();
    const { modes } = screen.terminal;
    expect(modes).toMatchObject({
      mouseTrackingMode: "none",
      sendFocusMode: false,
      bracketedPasteMode: false,
      applicationCursorKeysMode: false,
      insertMode: false,
      wraparoundMode: true,
    });
    await write("ls");
    expect(screen.text()).toBe("shell$ top\nls");
  });

  it("leaves the cursor and the lines where they are when nothing was on", async () => {
    await write("one\r\ntwo$ ");
    screen.resetModes();
    await drawn();
    await write("ls");
    expect(screen.text()).toBe("one\ntwo$ ls");
  });

  it.each(["\x1b]0;half a title", "\x1bPq half an image", "\x1b[12"])(
    "ends a sequence that was cut off: %j",
    async (half) => {
      await write(half);
      screen.resetModes();
      await drawn();
      await write("seen");
      expect(screen.text()).toBe("seen");
    },
  );

  it("gives the mouse back once nobody reads, and leaves the last screen", async () => {
    await write(`${LEFT_ON}\x1b(B\x1b[Hlast words`);
    screen.releaseInput();
    await drawn();
    expect(screen.terminal.modes.mouseTrackingMode).toBe("none");
    expect(screen.text()).toContain("last words");
  });
});

describe("the bell", () => {
  it("is heard once, not again when old output is drawn again, and not at the end of a title", async () => {
    await write("\x07");
    screen.muteReplies(true);
    await write("\x07");
    screen.muteReplies(false);
    await write("\x1b]0;title\x07");
    expect(bells).toBe(1);
  });
});
