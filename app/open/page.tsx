import { OpenForward } from "#components/workbench/open-forward.tsx";

export default function Page() {
  return <OpenForward />;
}
