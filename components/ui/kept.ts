/**
 * What this browser keeps for the person: choices in localStorage, the tabs of one window in sessionStorage. Storage
 * may be switched off or full, and then even naming it throws: whatever was to be kept lasts as long as the page.
 */

type Area = "localStorage" | "sessionStorage";

/** Null forgets it. */
export function keep(key: string, text: string | null, area: Area = "localStorage"): void {
  try {
    if (text === null) window[area].removeItem(key);
    else window[area].setItem(key, text);
  } catch {
    // See above.
  }
}

export function kept(key: string, area: Area = "localStorage"): string | null {
  try {
    return window[area].getItem(key);
  } catch {
    return null;
  }
}

/** Its fields are checked by whoever reads them: another version, or the person, may have written them. */
export function keptObject(key: string, area: Area = "localStorage"): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(kept(key, area) ?? "null");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
