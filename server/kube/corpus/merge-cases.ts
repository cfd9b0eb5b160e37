/** Several files as one: KUBECONFIG lists, conflicts, missing files, and what is relative to which file. */
import { ASKS, type CorpusCase, type Fields, kubeconfig } from "./corpus-case.ts";
import type { World } from "./world.ts";

const lists = (title: string, list: string, files: CorpusCase["files"], context?: string): CorpusCase => ({
  title,
  list,
  files,
  context,
});
const asks = (one: CorpusCase): CorpusCase => ({ ...one, differs: ASKS });
const named = (world: World, token: string, context: string, more: Fields = {}) =>
  kubeconfig(world, {
    user: { token },
    top: {
      contexts: [{ name: context, context: { cluster: "k", user: "u" } }],
      "current-context": context,
      ...more,
    },
  });

export const MERGE_CASES: CorpusCase[] = [
  lists("two files", "a:b", (world) => ({ a: named(world, "one", "c"), b: named(world, "two", "d") })),
  lists(
    "the second file's context with the first file's user",
    "a:b",
    (world) => ({ a: named(world, "one", "c"), b: named(world, "two", "d") }),
    "d",
  ),
  lists("a missing file first", "no:b", (world) => ({ b: named(world, "two", "d") })),
  lists("only missing files", "no:neither", () => ({})),
  lists("empty names in the list", "::b:", (world) => ({ b: named(world, "two", "d") })),
  lists("an empty file first", "a:b", (world) => ({ a: "", b: named(world, "two", "d") })),
  lists("a broken file beside a good one", "a:b", (world) => ({ a: "a: [", b: named(world, "two", "d") })),
  lists("a directory in the list", "dir:b", (world) => ({ "dir/x": "", b: named(world, "two", "d") })),
  lists("one file twice", "b:b", (world) => ({ b: named(world, "two", "d") })),
  lists("users in one file, contexts in another", "a:b", (world) => ({
    a: JSON.stringify({ users: [{ name: "u", user: { token: "alone" } }] }),
    b: kubeconfig(world, { top: { users: [] } }),
  })),
  asks(
    lists("an empty user in the first file", "a:b", (world) => ({
      a: JSON.stringify({ users: [{ name: "u" }] }),
      b: named(world, "two", "d"),
    })),
  ),
  lists("an empty cluster in the first file", "a:b", (world) => ({
    a: JSON.stringify({ clusters: [{ name: "k" }] }),
    b: named(world, "two", "d"),
  })),
  lists("an empty context in the first file", "a:b", (world) => ({
    a: JSON.stringify({ contexts: [{ name: "d" }] }),
    b: named(world, "two", "d"),
  })),
  asks(
    lists("the context in two files", "a:b", (world) => ({
      a: JSON.stringify({ contexts: [{ name: "d", context: { cluster: "k" } }] }),
      b: named(world, "two", "d"),
    })),
  ),
  lists("current-context of the first file that has one", "a:b", (world) => ({
    a: JSON.stringify({ "current-context": "" }),
    b: named(world, "two", "d"),
  })),
  lists("current-context that is in no file", "a:b", (world) => ({
    a: JSON.stringify({ "current-context": "gone" }),
    b: named(world, "two", "d"),
  })),
  lists("files relative to each file", "x/a:y/b", (world) => ({
    "x/a": JSON.stringify({ users: [{ name: "u", user: { tokenFile: "token" } }] }),
    "y/b": kubeconfig(world, { user: { tokenFile: "token" } }),
    "x/token": "of-x",
    "y/token": "of-y",
  })),
  lists("a plugin relative to its file", "x/a:y/b", (world) => ({
    "x/a": JSON.stringify({
      users: [
        {
          name: "u",
          user: {
            exec: {
              command: "./p.sh",
              apiVersion: "client.authentication.k8s.io/v1",
              interactiveMode: "Never",
            },
          },
        },
      ],
    }),
    "y/b": kubeconfig(world),
    "x/p.sh": `#!/bin/sh\necho '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"of-x"}}'\n`,
  })),
  {
    title: "the home's file",
    list: "",
    files: (world) => ({ ".kube/config": kubeconfig(world), config: "a: [" }),
  },
  lists("a tilde that no shell replaced", "~/.kube/config", (world) => ({
    ".kube/config": kubeconfig(world),
  })),
];
