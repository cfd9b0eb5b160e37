import { Workbench } from "#components/workbench/workbench";

export default function Page() {
  return <Workbench />;
}
