"use client";
import { CircleHelp, Monitor, Moon, Search, Sun } from "lucide-react";
import { Button } from "#components/ui/control/button.tsx";
import { Kbd } from "#components/ui/control/marks.tsx";
import { Tooltip } from "#components/ui/control/tooltip.tsx";
import { Menu } from "#components/ui/overlay/menu.tsx";
import { lazyPart } from "#components/ui/page/lazy-part.tsx";
import { Logo } from "#components/ui/page/logo.tsx";
import { useTheme } from "#components/ui/page/use-theme.ts";
import type { ClusterInfo } from "#protocol/api.ts";
import { useLayout } from "./layout/layout-store.ts";
import { ForwardsButton, PodsButton } from "./layout/panel-buttons.tsx";
import { ClusterChooser, NamespaceChooser } from "./place/place-choosers.tsx";
import type { Health } from "./place/use-health.ts";
import { useSessions } from "./tabs/use-sessions.ts";

/** When there is a shell to come back to. */
const SessionsMenu = lazyPart("sessions", () =>
  import("./tabs/sessions-menu.tsx").then((module) => module.SessionsMenu),
);
/** Of a menu that few open. */
const ThemeChoices = lazyPart("themes", () =>
  import("./theme-choices.tsx").then((module) => module.ThemeChoices),
);

interface HeaderProps {
  clusters: readonly ClusterInfo[];
  /** The list of clusters is about to be looked at: a kubeconfig may have changed since it was read. */
  onClusters: () => void;
  health: Health | null;
  /** The namespace that is listed; null is all. */
  namespace: string | null;
  /** Pods may not be listed everywhere. */
  restricted: boolean;
  /** Which panels stand beside the terminal. */
  docked: { pods: boolean; forwards: boolean };
}

/**
 * Where one is, the path to everything else, and the few switches there are. A narrow window keeps the place and the
 * palette; sessions, theme and keys are found in the palette there.
 */
export function Header({ clusters, onClusters, health, namespace, restricted, docked }: HeaderProps) {
  const anySession = useSessions().length > 0;
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-b bg-panel px-3.5 max-wide:px-2">
      <h1 className="mr-1.5 flex items-center gap-2 font-semibold text-[0.875rem] tracking-tight max-wide:mr-0.5">
        <Logo folds />
      </h1>
      <PodsButton docked={docked.pods} />
      <ClusterChooser clusters={clusters} health={health} onOpen={onClusters} />
      <NamespaceChooser shown={namespace} restricted={restricted} />
      <div className="flex min-w-0 flex-1 justify-center px-2 max-half:justify-end max-half:px-0 max-wide:shrink-0">
        {/* Looks like a field and is a button: what is typed goes into the palette, which opens on it. */}
        <Button
          className="w-full min-w-0 max-w-130 shrink! justify-between! bg-background! text-faint! max-half:size-7.5! max-half:shrink-0! max-half:justify-center! max-half:px-0! max-wide:size-9.5!"
          aria-keyshortcuts="Control+K"
          aria-haspopup="dialog"
          onClick={() => useLayout.setState({ paletteOpen: true })}
        >
          <Search className="half:hidden" />
          <span className="truncate max-half:sr-only">Find a pod, session or forward</span>
          <span className="flex gap-1 max-roomy:hidden">
            <Kbd>Ctrl</Kbd>
            <Kbd>K</Kbd>
          </span>
        </Button>
      </div>
      <div className="flex shrink-0 items-center max-wide:hidden">
        {anySession && <SessionsMenu.Part />}
        <ThemeMenu />
        <Tooltip content="Keys">
          <Button
            variant="ghost"
            square
            aria-label="Keys"
            onClick={() => useLayout.setState({ keysOpen: true })}
          >
            <CircleHelp />
          </Button>
        </Tooltip>
        <ForwardsButton docked={docked.forwards} />
      </div>
    </header>
  );
}

function ThemeMenu() {
  const theme = useTheme();
  // The choice, not what it comes to: "as the system" must be seen apart from the same theme chosen.
  const Icon = { system: Monitor, light: Sun, dark: Moon }[theme];
  return (
    <Menu
      align="end"
      trigger={
        <Button variant="ghost" square aria-label={`Theme: ${theme}`}>
          <Icon />
        </Button>
      }
    >
      <ThemeChoices.Part />
    </Menu>
  );
}
