/** The forwards of the workbench, as cards. */
import type { Locator, Page } from "@playwright/test";

export class ForwardsPage {
  readonly cards: Locator;

  constructor(private readonly page: Page) {
    this.cards = page
      .getByRole("listitem")
      .filter({ has: page.getByRole("button", { name: /^Stop the forward of/ }) });
  }

  /** @param target as on the card, for example "web : 8080" */
  card(target: string): Locator {
    return this.cards.filter({ has: this.page.getByRole("heading", { name: target }) });
  }

  async stop(target: string): Promise<void> {
    await this.card(target)
      .getByRole("button", { name: /^Stop the forward of/ })
      .click();
  }
}
