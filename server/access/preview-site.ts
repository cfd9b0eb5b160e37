/**
 * Whether previews may live where --preview-domain says. Browsers let a page set cookies for its whole registrable
 * domain, by the public suffix list; pages of pods are anybody's. So a preview on the app's own registrable domain
 * pushes out the app's login, or sends it cookies that no request has room for (threats.md A5, A8).
 */
import { getDomain } from "tldts";
import { isLoopback } from "#server/config/addresses.ts";
import type { Config } from "#server/config/config.ts";
import { ConfigError } from "#server/config/config-error.ts";

/** Stands for every forward's label. */
const SOME_LABEL = "p-aaaaaaaaaaaa";

type Where = Pick<Config, "host" | "publicUrl" | "previewDomain">;

/**
 * @returns what whoever started Porthole should know
 * @throws ConfigError when a preview's cookies would reach the app
 */
export function checkPreviewSite({ host, publicUrl, previewDomain }: Where): string[] {
  if (previewDomain === undefined) return [];
  const domain = bare(previewDomain.replace(/:\d+$/, ""));
  const preview = `${SOME_LABEL}.${domain}`;
  // Browsers have the private section of the list as well, and take the last label of an unlisted name for a suffix.
  // Null: each preview's host is a suffix itself, so its cookies reach nobody.
  const reach = getDomain(preview, { allowPrivateDomains: true }) ?? preview;
  for (const app of [host, ...(publicUrl ? [publicUrl.hostname] : [])].map(bare)) {
    if (isLoopback(app) || (app !== reach && !app.endsWith(`.${reach}`))) continue;
    throw new ConfigError(
      `--preview-domain ${previewDomain} is under ${reach} as Porthole's own ${app} is, so a pod's page could set cookies for Porthole: give previews a registered domain of their own (docs/proxies.md)`,
    );
  }
  if (reach === preview) return [];
  return [
    `previews under ${domain} are one site to browsers, so pages of one pod can set cookies for the previews of others: ${domain} is not on the public suffix list (docs/proxies.md)`,
  ];
}

function bare(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}
