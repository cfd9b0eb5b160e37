/**
 * Writes refreshed tokens into the kubeconfig they came from, as kubectl does: an identity provider that rotates refresh
 * tokens takes the old one for stolen when kubectl comes with it later. Comments and all else stay. Nothing is written to a
 * file that is not ours to write, nor over tokens that somebody else has written meanwhile, nor beside another writer.
 */
import { constants } from "node:fs";
import { access, chmod, open, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { type Document, isMap, isSeq, parseDocument, type YAMLMap } from "yaml";
import type { Logger } from "#server/log.ts";
import type { KeepTokens, OidcTokens } from "../credential/oidc-token.ts";

export function tokenWriter(file: string, user: string, log: Logger): KeepTokens {
  return async (before, now) => {
    try {
      await writeTokens(file, user, before, now);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      log.debug(`The refreshed tokens of ${user} are not written to ${file} (${code ?? message})`);
    }
  };
}

async function writeTokens(named: string, user: string, before: OidcTokens, now: OidcTokens): Promise<void> {
  // A link stays a link.
  const file = await realpath(named);
  const { mode } = await stat(file);
  await access(file, constants.W_OK);
  const lock = `${file}.lock`;
  // client-go's own lock (tools/clientcmd/config.go): whoever holds it writes, and we come after.
  await (await open(lock, "wx", 0)).close();
  const next = `${file}.porthole-${process.pid}`;
  try {
    const text = withTokens(await readFile(file, "utf8"), user, before, now);
    await writeFile(next, text, { mode: 0o600 });
    await chmod(next, mode);
    await rename(next, file);
  } finally {
    await rm(next, { force: true });
    await rm(lock, { force: true });
  }
}

/** @throws when the file does not hold those tokens (any more) */
function withTokens(text: string, user: string, before: OidcTokens, now: OidcTokens): string {
  const document: Document = parseDocument(text, { version: "1.1", keepSourceTokens: true });
  if (document.errors.length > 0) throw new Error("the file is no YAML now");
  const users = document.get("users");
  const entry = isSeq(users)
    ? users.items.find((item): item is YAMLMap => isMap(item) && item.get("name") === user)
    : undefined;
  const path = ["user", "auth-provider", "config"];
  if (entry?.getIn([...path, "refresh-token"]) !== before.refreshToken) {
    throw new Error("the file has other tokens by now");
  }
  entry?.setIn([...path, "id-token"], now.idToken);
  entry?.setIn([...path, "refresh-token"], now.refreshToken);
  // Without folding: a token of a thousand characters stays one line.
  return document.toString({ lineWidth: 0 });
}
