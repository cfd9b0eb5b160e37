/** The requests that make, open and stop forwards. They come with the first click that wants one. */
import { apiFetch } from "#components/ui/api-client.ts";
import type { ForwardInfo, ForwardLink, ForwardRequest } from "#protocol/api.ts";
import { FORWARDS_PATH, useForwardsStore } from "./forwards-store.ts";

/** The forward of this target: the one there is, or a new one. Rejects with ApiError. */
export async function ensureForward(request: ForwardRequest): Promise<ForwardInfo> {
  return findForward(request) ?? (await createForward(request));
}

/** The forward of exactly this target, when there is one already: its address stays the same. */
function findForward(request: ForwardRequest): ForwardInfo | undefined {
  return useForwardsStore
    .getState()
    .forwards.find(
      (forward) =>
        forward.cluster === request.cluster &&
        forward.namespace === request.namespace &&
        forward.kind === request.kind &&
        forward.name === request.name &&
        forward.port === request.port &&
        (!request.listen || forward.local !== null),
    );
}

async function createForward(request: ForwardRequest): Promise<ForwardInfo> {
  const forward = (await apiFetch(FORWARDS_PATH, { method: "POST", body: request })) as ForwardInfo;
  // Shown now and not with the next look. The server may have answered with one that is known: then it moves up.
  useForwardsStore.setState(({ forwards }) => ({
    forwards: [forward, ...forwards.filter((known) => known.id !== forward.id)],
    loaded: true,
  }));
  return forward;
}

/** Rejects with ApiError. */
export async function stopForward(id: string): Promise<void> {
  await apiFetch(`${FORWARDS_PATH}/${encodeURIComponent(id)}`, { method: "DELETE" });
  useForwardsStore.setState(({ forwards }) => ({ forwards: forwards.filter((known) => known.id !== id) }));
}

/** A link that signs this browser in on the forward's origin, once. Rejects with ApiError. */
export async function forwardLink(id: string, path?: string): Promise<string> {
  const answer = await apiFetch(`${FORWARDS_PATH}/${encodeURIComponent(id)}/open`, {
    method: "POST",
    body: path === undefined ? {} : { path },
  });
  return (answer as ForwardLink).url;
}
