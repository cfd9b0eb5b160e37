import { describe, expect, it } from "vitest";
import { type KeyStroke, keyAction, missingCode, withControl } from "./terminal-keys.ts";

/** "C-S-c" as in Emacs: C Ctrl, S Shift, A Alt, M Cmd. */
function stroke(keys: string): KeyStroke {
  const parts = keys.split("-");
  const key = parts.pop() ?? "";
  const held = new Set(parts);
  return {
    key: held.has("S") && key.length === 1 ? key.toUpperCase() : key,
    code: key.length === 1 ? `Key${key.toUpperCase()}` : key,
    ctrlKey: held.has("C"),
    shiftKey: held.has("S"),
    altKey: held.has("A"),
    metaKey: held.has("M"),
  };
}

describe("keyAction", () => {
  it.each([
    ["C-S-c", "copy"],
    ["C-Insert", "copy"],
    ["C-S-v", "browser"],
    ["S-Insert", "browser"],
    ["C-S-f", "search"],
    ["C-S-e", "leave"],
    ["C-S-ArrowLeft", "page"],
    ["C-S-ArrowDown", "page"],
  ])("takes %s for %s", (keys, action) => {
    expect(keyAction(stroke(keys), false, false)).toBe(action);
  });

  it("copies with Ctrl-C only while something is selected", () => {
    expect(keyAction(stroke("C-c"), true, false)).toBe("copy");
    expect(keyAction(stroke("C-c"), false, false)).toBe("terminal");
  });

  it("leaves Ctrl to the program on a Mac, where Cmd copies and pastes", () => {
    expect(keyAction(stroke("C-c"), true, true)).toBe("terminal");
    expect(keyAction(stroke("C-v"), false, true)).toBe("terminal");
    expect(keyAction(stroke("M-c"), true, true)).toBe("browser");
    expect(keyAction(stroke("M-v"), false, true)).toBe("browser");
    expect(keyAction(stroke("M-f"), false, true)).toBe("search");
    expect(keyAction(stroke("M-k"), false, true)).toBe("page");
  });

  it.each([
    "a",
    "S-a",
    "Tab",
    "S-Tab",
    "Escape",
    "F6",
    "C-k",
    "C-r",
    "C-w",
    "C-f",
    "C-v",
    "A-f",
    "C-A-v",
    "ArrowUp",
    "C-ArrowLeft",
  ])("leaves %s to the program", (keys) => {
    expect(keyAction(stroke(keys), true, false)).toBe("terminal");
  });
});

describe("a layout of other letters", () => {
  it("has its chords where a US keyboard has them", () => {
    const cyrillic = { ...stroke("C-S-c"), key: "С" };
    expect(keyAction(cyrillic, false, false)).toBe("copy");
    expect(keyAction({ ...cyrillic, shiftKey: false }, true, false)).toBe("copy");
  });

  it("keeps its Latin letters where they are printed", () => {
    // Dvorak: the key of US "i" types "c".
    expect(keyAction({ ...stroke("C-S-c"), code: "KeyI" }, false, false)).toBe("copy");
  });
});

describe("missingCode", () => {
  it("is what terminals send for Ctrl-/, also where the slash is typed with Shift", () => {
    expect(missingCode(stroke("C-/"))).toBe("\x1f");
    expect(missingCode({ ...stroke("C-S-/"), code: "Digit7" })).toBe("\x1f");
  });

  it.each(["/", "A-/", "C-A-/", "M-/", "C-7", "C-_"])("is none for %s", (keys) => {
    expect(missingCode(stroke(keys))).toBeNull();
  });
});

describe("withControl", () => {
  it.each([
    ["c", "\x03"],
    ["C", "\x03"],
    ["[", "\x1b"],
    ["@", "\0"],
    [" ", "\0"],
    ["?", "\x7f"],
    ["1", "1"],
    ["ab", "ab"],
    ["\x1b[A", "\x1b[A"],
    ["ä", "ä"],
  ])("turns %j into %j", (data, typed) => {
    expect(withControl(data)).toBe(typed);
  });
});
