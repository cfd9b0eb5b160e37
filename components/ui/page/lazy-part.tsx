"use client";
import { type ComponentType, createElement, useEffect, useState } from "react";
import { Button } from "../control/button.tsx";
import { Notice } from "./notice.tsx";
import { Waiting } from "./waiting.tsx";

export interface LazyPart<P> {
  Part: ComponentType<P>;
  /** Fetches the code ahead of its use. A failure is told by the part when it is used. */
  preload: () => void;
}

/**
 * A part of the page whose code comes when it is first needed, so that the first terminal does not wait for it. When
 * it cannot be fetched, that is said in its place: the rest of the page, its shells above all, goes on.
 * @param noun what is loaded, after "the"
 * @param quiet nothing stands in its place while it comes: most often it draws nothing itself
 */
export function lazyPart<P extends object>(
  noun: string,
  load: () => Promise<ComponentType<P>>,
  quiet = false,
): LazyPart<P> {
  let loaded: ComponentType<P> | null = null;
  const fetchPart = async () => {
    loaded ??= await load();
    return loaded;
  };

  function Part(props: P) {
    const [part, setPart] = useState(() => loaded);
    const [attempt, setAttempt] = useState(1);
    const [failed, setFailed] = useState(false);

    // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt asks again
    useEffect(() => {
      let gone = false;
      fetchPart().then(
        (component) => gone || setPart(() => component),
        () => gone || setFailed(true),
      );
      return () => {
        gone = true;
      };
    }, [attempt]);

    if (part) return createElement(part, props);
    if (!failed) return quiet ? null : <Waiting className="p-3.5">{`Loading the ${noun}`}</Waiting>;
    const retry = () => {
      setFailed(false);
      setAttempt(attempt + 1);
    };
    return (
      <Notice
        tone="bad"
        title={`The ${noun} could not be loaded`}
        actions={
          <Button size="sm" onClick={retry}>
            Try again
          </Button>
        }
      >
        Porthole did not answer. Is it still running?
      </Notice>
    );
  }

  return { Part, preload: () => void fetchPart().catch(() => {}) };
}
