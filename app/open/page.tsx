import { OpenForward } from "#components/workbench/open-forward";

export default function Page() {
  return <OpenForward />;
}
