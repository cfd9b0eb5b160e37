// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Button } from "../control/button.tsx";
import { cleanUp, click, press, render } from "../render.fixture.ts";
import { Menu, MenuChoices, MenuItem } from "./menu.tsx";

/** happy-dom draws no popovers; this much of one lets the menu be told that it opened and closed. */
beforeEach(() => {
  HTMLElement.prototype.hidePopover = function hidePopover() {
    toggle(this, "closed");
  };
  const matches = Element.prototype.matches;
  vi.spyOn(Element.prototype, "matches").mockImplementation(function matchesOrNot(
    this: Element,
    selector: string,
  ) {
    return selector === ":popover-open" ? this.hasAttribute("data-open") : matches.call(this, selector);
  });
});
afterEach(async () => {
  await cleanUp();
  vi.restoreAllMocks();
});

function toggle(panel: HTMLElement, newState: "open" | "closed"): void {
  panel.toggleAttribute("data-open", newState === "open");
  panel.dispatchEvent(Object.assign(new Event("toggle"), { newState }));
}

async function open(host: HTMLElement): Promise<HTMLElement> {
  const panel = host.querySelector<HTMLElement>('[role="menu"]');
  if (!panel) throw new Error("there is no menu");
  await act(async () => {
    toggle(panel, "open");
    await new Promise((resolve) => requestAnimationFrame(resolve));
  });
  return panel;
}

function focused(): string | null | undefined {
  return document.activeElement?.textContent;
}

describe("Menu", () => {
  const trigger = <Button>More</Button>;

  it("ties the button to its panel for the browser and for screen readers", async () => {
    const { host } = await render(<Menu trigger={trigger}>{null}</Menu>);
    const panel = host.querySelector('[role="menu"]');
    const button = host.querySelector("button");
    expect(button?.getAttribute("popovertarget")).toBe(panel?.id);
    expect(button?.getAttribute("aria-haspopup")).toBe("menu");
    expect(panel?.getAttribute("aria-labelledby")).toBe(button?.id);
  });

  it("moves along its items by arrow, end and letter, past those that are disabled", async () => {
    const { host } = await render(
      <Menu trigger={trigger}>
        <MenuItem>Shell</MenuItem>
        <MenuItem disabled>Logs</MenuItem>
        <MenuItem>Open</MenuItem>
        <MenuItem>Copy</MenuItem>
      </Menu>,
    );
    const panel = await open(host);
    expect(focused()).toBe("Shell");
    const walk = async (key: string) => {
      await press(document.activeElement ?? panel, key);
      return focused();
    };
    expect(await walk("ArrowDown")).toBe("Open");
    expect(await walk("End")).toBe("Copy");
    expect(await walk("ArrowDown")).toBe("Shell");
    expect(await walk("ArrowUp")).toBe("Copy");
    expect(await walk("o")).toBe("Open");
    expect(await walk("Home")).toBe("Shell");
  });

  it("closes when something is chosen, unless the choice asks it to stay", async () => {
    const chosen: string[] = [];
    const { host } = await render(
      <Menu trigger={trigger}>
        <MenuItem
          onSelect={(event) => {
            event.preventDefault();
            chosen.push("larger");
          }}
        >
          Larger
        </MenuItem>
        <MenuItem onSelect={() => chosen.push("end")}>End</MenuItem>
      </Menu>,
    );
    const panel = await open(host);
    await click(panel.querySelectorAll("button")[0]);
    expect(panel.hasAttribute("data-open")).toBe(true);
    await click(panel.querySelectorAll("button")[1]);
    expect(panel.hasAttribute("data-open")).toBe(false);
    expect(chosen).toEqual(["larger", "end"]);
  });

  it("marks the choice that holds", async () => {
    const { host } = await render(
      <Menu trigger={trigger}>
        <MenuChoices
          label="Theme"
          value="dark"
          onChange={() => {}}
          choices={[
            { value: "light", label: "Light" },
            { value: "dark", label: "Dark" },
          ]}
        />
      </Menu>,
    );
    const panel = await open(host);
    const checked = [...panel.querySelectorAll('[role="menuitemradio"]')].map((item) =>
      item.getAttribute("aria-checked"),
    );
    expect(checked).toEqual(["false", "true"]);
  });
});
