"use client";
import { MenuChoices } from "#components/ui/overlay/menu.tsx";
import { setTheme, useTheme } from "#components/ui/page/use-theme.ts";

/** Of the header's menu. */
export function ThemeChoices() {
  return (
    <MenuChoices
      label="Theme"
      value={useTheme()}
      onChange={setTheme}
      choices={[
        { value: "system", label: "As the system" },
        { value: "light", label: "Light" },
        { value: "dark", label: "Dark" },
      ]}
    />
  );
}
