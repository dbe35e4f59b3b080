/** Twenty views of the page, and the way to each of them by clicks and keys. */
import type { Playground } from "./browser.ts";

export interface View {
  readonly name: string;
  readonly size: "desktop" | "phone";
  readonly theme: "light" | "dark";
  /** What stands behind the address. */
  readonly address?: string;
  readonly way?: (p: Playground) => Promise<unknown>;
}

const button = (name: string) => (p: Playground) =>
  p.page.getByRole("button", { name, exact: true }).first().click();
const tab = (name: string) => (p: Playground) =>
  p.page.getByRole("navigation", { name: "Views" }).getByRole("button", { name }).click();
const inspect = (what: string) => async (p: Playground) => {
  await p.page.keyboard.press("ControlOrMeta+k");
  await p.page.getByRole("combobox", { name: "Command" }).fill(`inspect ${what}`);
  await p.page.keyboard.press("Enter");
  await p.page.locator(".inspector").waitFor();
};
const figure = (name: string) => async (p: Playground) => {
  await p.example(name);
  await p.says(/^(?:Answered|Refused)/);
};
const lesson = async (p: Playground) => {
  await button("Lessons")(p);
  await p.page.locator(".goals li").nth(1).waitFor();
};
const terminal = async (p: Playground) => {
  await p.page.locator(".xterm-rows").waitFor();
  await p.page.keyboard.type("kubectl get svc hello-svc -o yaml\r");
  await p.page.waitForTimeout(700);
};
const share = async (p: Playground) => {
  await button("Share")(p);
  await p.page.locator(".share-dialog").waitFor();
};

export const VIEWS: readonly View[] = [
  { name: "chapter-light", size: "desktop", theme: "light" },
  { name: "chapter-dark", size: "desktop", theme: "dark" },
  { name: "topology-phone-light", size: "phone", theme: "light" },
  {
    name: "manifest-phone-dark",
    size: "phone",
    theme: "dark",
    way: async (p) => {
      await tab("Manifest")(p);
      await p.page.locator(".cm-content").waitFor();
    },
  },
  { name: "traffic-phone-light", size: "phone", theme: "light", way: tab("Traffic") },
  { name: "near-miss-light", size: "desktop", theme: "light", way: figure("6.4") },
  {
    name: "two-versions-dark",
    size: "desktop",
    theme: "dark",
    async way(p) {
      await figure("6.9")(p);
      await p.ask.getByLabel("Send 100", { exact: true }).click();
      await p.says(/^100 of 100/);
    },
  },
  { name: "tables-light", size: "desktop", theme: "light", way: button("Table") },
  {
    name: "tables-phone-dark",
    size: "phone",
    theme: "dark",
    way: (p) => p.page.getByRole("button", { name: "Table" }).click(),
  },
  { name: "service-light", size: "desktop", theme: "light", way: inspect("service hello") },
  { name: "pod-phone-dark", size: "phone", theme: "dark", way: inspect("pod web") },
  {
    name: "problem-light",
    size: "desktop",
    theme: "light",
    async way(p) {
      await button("svc.yml")(p);
      await p.retype("nodePort: 30001", 5, "29999");
      await p.page.locator(".problem").waitFor();
    },
  },
  {
    name: "palette-dark",
    size: "desktop",
    theme: "dark",
    way: (p) => p.page.keyboard.press("ControlOrMeta+k"),
  },
  { name: "lesson-light", size: "desktop", theme: "light", way: lesson },
  { name: "lesson-phone-dark", size: "phone", theme: "dark", way: lesson },
  {
    name: "kubectl-dark",
    size: "desktop",
    theme: "dark",
    async way(p) {
      await button("kubectl")(p);
      await terminal(p);
    },
  },
  {
    name: "kubectl-phone-light",
    size: "phone",
    theme: "light",
    async way(p) {
      await tab("kubectl")(p);
      await terminal(p);
    },
  },
  { name: "share-light", size: "desktop", theme: "light", way: share },
  { name: "share-phone-dark", size: "phone", theme: "dark", way: share },
  { name: "embedded-dark", size: "desktop", theme: "light", address: "?show=topology,traffic&theme=dark" },
];
