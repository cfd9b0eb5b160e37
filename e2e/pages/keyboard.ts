/**
 * A keyboard as a platform's Chromium reports it, by the DevTools protocol: Playwright's own has a US layout, and
 * neither AltGr nor dead keys.
 */
import type { CDPSession, Page } from "@playwright/test";
import type { Layout, LayoutKey } from "./keyboard-layouts.ts";

const ALT = 1;
const CTRL = 2;
export const META = 4;
export const SHIFT = 8;
/** Windows' number for a key that an input method has taken. */
const VK_PROCESSKEY = 229;

export const PLATFORMS = {
  Mac: {
    platform: "MacIntel",
    userAgent:
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  },
  Windows: {
    platform: "Win32",
    userAgent:
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  },
  Linux: {
    platform: "Linux x86_64",
    userAgent:
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  },
} as const;
export type Platform = keyof typeof PLATFORMS;

export class Keyboard {
  private constructor(
    private readonly cdp: CDPSession,
    private readonly platform: Platform,
  ) {}

  /** Before the page is opened: xterm asks for its platform once. */
  static async of(page: Page, platform: Platform): Promise<Keyboard> {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("Emulation.setUserAgentOverride", PLATFORMS[platform]);
    return new Keyboard(cdp, platform);
  }

  /** Every character of a layout, each by every way to it. @returns what was typed */
  async typeLayout(layout: Layout): Promise<string> {
    let typed = "";
    for (const key of layout.plain) {
      await this.#press(key, key.shift ? SHIFT : 0);
      typed += key.character;
    }
    for (const modifiers of this.#thirdModifiers()) {
      for (const key of this.platform === "Mac" ? layout.option : layout.third) {
        // Chromium reports AltGr as a key of its own and no modifier.
        if (modifiers === 0) await this.#down("AltGraph", "AltRight", 18, 0);
        await this.#press(key, modifiers + (key.shift ? SHIFT : 0));
        typed += key.character;
      }
    }
    for (const { accent, then, makes } of layout.dead) {
      const next = {
        code: then === "Space" ? "Space" : `Key${then.toUpperCase()}`,
        shift: false,
        character: makes,
      };
      if (this.platform === "Windows") await this.#deadKey(accent, next);
      else await this.#composed(accent, next);
      typed += makes;
    }
    return typed;
  }

  /** A chord: nothing of it is text. */
  async chord(key: string, code: string, modifiers: number): Promise<void> {
    await this.#down(key, code, virtualKey(code), modifiers);
    await this.#up(key, code, modifiers);
  }

  control(letter: string, shift = false): Promise<void> {
    const key = shift ? letter.toUpperCase() : letter;
    return this.chord(key, `Key${letter.toUpperCase()}`, CTRL + (shift ? SHIFT : 0));
  }

  option(letter: string, character: string): Promise<void> {
    return this.#press({ code: `Key${letter.toUpperCase()}`, shift: false, character }, ALT);
  }

  #thirdModifiers(): number[] {
    if (this.platform === "Mac") return [ALT];
    return this.platform === "Windows" ? [0, CTRL + ALT] : [0];
  }

  async #press({ code, character }: LayoutKey, modifiers: number): Promise<void> {
    // In order, as they are sent: what waits is only the answer.
    const down = this.cdp.send("Input.dispatchKeyEvent", {
      type: "keyDown",
      key: character,
      code,
      windowsVirtualKeyCode: virtualKey(code),
      modifiers,
      text: character,
    });
    await Promise.all([down, this.#up(character, code, modifiers)]);
  }

  /** Windows: the key after a dead one types the whole character. */
  async #deadKey(accent: LayoutKey, next: LayoutKey): Promise<void> {
    const modifiers = accent.shift ? SHIFT : 0;
    await this.#down("Dead", accent.code, virtualKey(accent.code), modifiers);
    await this.#up("Dead", accent.code, modifiers);
    await this.#press(next, 0);
  }

  /** macOS and Linux: the accent is a composition that the key after it ends. */
  async #composed(accent: LayoutKey, next: LayoutKey): Promise<void> {
    await this.#down("Dead", accent.code, VK_PROCESSKEY, 0);
    const { character } = accent;
    await this.cdp.send("Input.imeSetComposition", { text: character, selectionStart: 1, selectionEnd: 1 });
    await this.#up("Dead", accent.code, 0);
    await this.#down(next.character, next.code, VK_PROCESSKEY, 0);
    await this.cdp.send("Input.insertText", { text: next.character });
    await this.#up(next.character, next.code, 0);
    await this.#afterTimers();
  }

  /** xterm reads what a composition brought in a timer: no person's next key comes before that. */
  async #afterTimers(): Promise<void> {
    await this.cdp.send("Runtime.evaluate", {
      expression: "new Promise((done) => setTimeout(() => setTimeout(done)))",
      awaitPromise: true,
    });
  }

  async #down(key: string, code: string, virtual: number, modifiers: number): Promise<void> {
    await this.cdp.send("Input.dispatchKeyEvent", {
      type: "rawKeyDown",
      key,
      code,
      windowsVirtualKeyCode: virtual,
      modifiers,
    });
  }

  async #up(key: string, code: string, modifiers: number): Promise<void> {
    const windowsVirtualKeyCode = virtualKey(code);
    await this.cdp.send("Input.dispatchKeyEvent", {
      type: "keyUp",
      key,
      code,
      windowsVirtualKeyCode,
      modifiers,
    });
  }
}

/** Windows' numbers: letters and digits by their character, the others by their place on a US keyboard. */
const OTHERS: Record<string, number> = {
  Insert: 45,
  Space: 32,
  Semicolon: 186,
  Equal: 187,
  Comma: 188,
  Minus: 189,
  Period: 190,
  Slash: 191,
  Backquote: 192,
  BracketLeft: 219,
  Backslash: 220,
  BracketRight: 221,
  Quote: 222,
  IntlBackslash: 226,
};

function virtualKey(code: string): number {
  return OTHERS[code] ?? code.charCodeAt(code.length - 1);
}
