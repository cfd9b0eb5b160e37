import { Unicode11Addon } from "@xterm/addon-unicode11";
import type { IUnicodeVersionProvider, Terminal } from "@xterm/xterm";
import { expect, it } from "vitest";
import { unicode11 } from "./unicode-widths.ts";

const CODE_POINTS = 0x110000;

/** What the add-on would have registered. */
function addonsProvider(): IUnicodeVersionProvider {
  const registered: IUnicodeVersionProvider[] = [];
  const unicode = { register: (provider: IUnicodeVersionProvider) => registered.push(provider) };
  new Unicode11Addon().activate({ unicode } as unknown as Terminal);
  return registered[0]!;
}

it("gives every code point the cells that xterm's add-on gives it, alone and after each kind of character", () => {
  const addon = addonsProvider();
  // Nothing, a wide and a narrow character, and one that has joined each of them.
  const preceding = [0, 0b100, 0b010, 0b101, 0b011];
  const different: number[] = [];
  for (let code = 0; code < CODE_POINTS; code++) {
    const same =
      unicode11.wcwidth(code) === addon.wcwidth(code) &&
      preceding.every((before) => {
        return unicode11.charProperties(code, before) === addon.charProperties(code, before);
      });
    if (!same) different.push(code);
  }
  expect(different).toEqual([]);
});
