"use client";
import { useEffect } from "react";
import { type Place, readPlace, writePlace } from "./address.ts";
import { usePlace } from "./place-store.ts";

/** Arrow keys change the selection many times a second; browsers limit how often an address may change. */
const WRITE_AFTER_MS = 250;

/** Keeps the page's address and the place the same. A new cluster or namespace is a step that "back" undoes. */
export function useAddress(): void {
  useEffect(() => {
    const read = () => {
      const place = readPlace(location.search);
      // An address without a cluster means the one that is shown anyway.
      usePlace.setState(place.cluster === null ? { ...place, cluster: usePlace.getState().cluster } : place);
    };
    let timer: ReturnType<typeof setTimeout>;
    const write = (place: Place) => {
      const search = writePlace(place);
      if (search === location.search) return;
      const shown = readPlace(location.search);
      // The first write names what was not named yet; "back" from there would only be named again.
      const step =
        shown.cluster !== null && (shown.cluster !== place.cluster || shown.namespace !== place.namespace);
      history[step ? "pushState" : "replaceState"](history.state, "", `${location.pathname}${search}`);
    };
    read();
    // Read before it is written: the address a person opened wins over what the page begins with.
    const unsubscribe = usePlace.subscribe((place) => {
      clearTimeout(timer);
      timer = setTimeout(() => write(place), WRITE_AFTER_MS);
    });
    window.addEventListener("popstate", read);
    return () => {
      clearTimeout(timer);
      unsubscribe();
      window.removeEventListener("popstate", read);
    };
  }, []);
}
