/** One terminal of the page. What it shows is read from the host element's own transcript, never from pixels. */
import { expect, type Locator } from "@playwright/test";

/** What components/terminal puts on the element with data-testid="terminal". */
interface TerminalHost extends HTMLElement {
  porthole: { text(): string };
}

const PROMPT = /[$#]$/;

export class TerminalPage {
  constructor(readonly host: Locator) {}

  /** Screen and scrollback; wrapped lines are one. */
  text(): Promise<string> {
    return this.host.evaluate((host) => (host as TerminalHost).porthole.text());
  }

  async untilText(expected: string | RegExp, options?: { timeout?: number }): Promise<void> {
    const text = expect.poll(() => this.text(), options);
    if (typeof expected === "string") await text.toContain(expected);
    else await text.toMatch(expected);
  }

  /** A shell waits for a command: the last line ends with $ or #. */
  async untilPrompt(): Promise<void> {
    await expect.poll(async () => PROMPT.test(await this.text())).toBe(true);
  }

  async focus(): Promise<void> {
    await this.host.locator("textarea").focus();
  }

  async type(text: string): Promise<void> {
    await this.focus();
    await this.host.page().keyboard.type(text);
  }

  async press(key: string): Promise<void> {
    await this.focus();
    await this.host.page().keyboard.press(key);
  }

  /** Types a command line and Enter. */
  async run(command: string): Promise<void> {
    await this.type(command);
    await this.press("Enter");
  }
}
