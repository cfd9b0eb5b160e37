// @vitest-environment happy-dom
import { afterEach, expect, it } from "vitest";
import { button, cleanUp, render } from "#components/ui/render.fixture.ts";
import { PortForm } from "./port-form.tsx";

const TARGET = { cluster: "demo", namespace: "default", pod: "web", ports: [{ port: 8080, name: "http" }] };

afterEach(cleanUp);

async function form(previews: boolean, localPorts: boolean) {
  const { host } = await render(
    <PortForm target={TARGET} previews={previews} localPorts={localPorts} onClose={() => {}} />,
  );
  return { host, box: host.querySelector<HTMLInputElement>("input[type=checkbox]") };
}

it("offers a TCP port where Porthole runs on the person's own machine, and there alone", async () => {
  const own = await form(true, true);
  expect(own.box).toMatchObject({ checked: false, disabled: false });
  const elsewhere = await form(true, false);
  expect(elsewhere.box).toBeNull();
  expect(elsewhere.host.textContent).not.toContain("TCP");
  expect(button(elsewhere.host, "Forward")?.disabled).toBe(false);
});

it("has a TCP port as all there is without web addresses, and says so when there is neither", async () => {
  expect((await form(false, true)).box).toMatchObject({ checked: true, disabled: true });
  const { host, box } = await form(false, false);
  expect(box).toBeNull();
  expect(host.textContent).toContain("--preview-domain");
  expect(button(host, "Forward")?.disabled).toBe(true);
});
