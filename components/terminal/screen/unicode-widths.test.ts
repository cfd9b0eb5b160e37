import { Unicode11Addon } from "@xterm/addon-unicode11";
import type { IUnicodeVersionProvider, Terminal } from "@xterm/xterm";
import { describe, expect, it } from "vitest";
import { UnicodeWidths } from "./unicode-widths.ts";

const END_OF_UNICODE = 0x110000;
/** As xterm codes them: nothing before, and widths 0 to 2 with and without a join. */
const PRECEDING = [0, 1, 2, 3, 4, 5];

/** What the add-on hands to a terminal. */
function providerOfAddon(): IUnicodeVersionProvider {
  const providers: IUnicodeVersionProvider[] = [];
  const unicode = { register: (provider: IUnicodeVersionProvider) => providers.push(provider) };
  new Unicode11Addon().activate({ unicode } as unknown as Terminal);
  const [provider] = providers;
  if (!provider) throw new Error("the add-on registered nothing");
  return provider;
}

/** @returns the code points at which the two differ, in hexadecimal */
function differences(differ: (codePoint: number) => boolean): string[] {
  const found: string[] = [];
  for (let codePoint = 0; codePoint < END_OF_UNICODE; codePoint += 1) {
    if (differ(codePoint)) found.push(codePoint.toString(16));
  }
  return found;
}

describe("the widths of characters", () => {
  const ours = new UnicodeWidths();
  const addon = providerOfAddon();

  it("are those of xterm's add-on for Unicode 11, for every character", () => {
    expect(ours.version).toBe(addon.version);
    expect(differences((codePoint) => ours.wcwidth(codePoint) !== addon.wcwidth(codePoint))).toEqual([]);
  });

  it.each(PRECEDING)("join the character before as the add-on says, after %d", (preceding) => {
    const differ = (codePoint: number) =>
      ours.charProperties(codePoint, preceding) !== addon.charProperties(codePoint, preceding);
    expect(differences(differ)).toEqual([]);
  });

  it("are two for an emoji, none for a mark on a letter", () => {
    expect([..."e\u0301日🚀"].map((character) => ours.wcwidth(character.codePointAt(0) ?? 0))).toEqual([
      1, 0, 2, 2,
    ]);
  });
});
