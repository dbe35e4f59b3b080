/** What can be done to a cluster by clicks: each act is a kubectl command, and can be undone; and looking back. */
import { describe, expect, it } from "vitest";
import { p } from "./each.ts";

/** Runs the first command of the palette that has these words. */
async function command(words: string): Promise<void> {
  await p.page.keyboard.press("ControlOrMeta+k");
  await p.page.getByRole("combobox", { name: "Command" }).fill(words);
  await p.page.keyboard.press("Enter");
}

const inspector = () => p.page.getByRole("complementary", { name: "Inspector" });
const doing = () => p.page.getByRole("region", { name: "Last act" });
const act = (name: string) => inspector().getByRole("group", { name: "Acts" }).getByRole("button", { name });

const ready = async (count: string) =>
  p.until(
    async () => (await p.cells("services"))[0]?.at(-1),
    (text) => expect(text).toBe(count),
  );

const said = (text: string | RegExp) =>
  p.until(
    async () => (await doing().locator("code").textContent()) ?? "",
    (command) => expect(command).toMatch(text),
  );

describe("an act", () => {
  it("scales a Deployment from the inspector, and is undone", async () => {
    await command("inspect deployment");
    await act("Scale").click();
    await inspector().getByLabel("Replicas").fill("4");
    expect(await inspector().locator(".command").textContent()).toBe(
      "kubectl scale deployment/web-deploy --replicas=4",
    );
    await p.page.keyboard.press("Enter");
    await said("kubectl scale deployment/web-deploy --replicas=4");
    await ready("4/4");
    await doing().getByRole("button", { name: "Undo" }).click();
    await ready("10/10");
  });

  it("drains a node from the palette, and is undone by its keys", async () => {
    await command("drain node-2");
    await said("kubectl drain node-2 --ignore-daemonsets --delete-emptydir-data");
    await ready("10/10");
    const nodes = async () => (await p.cells("pods")).map((row) => row[3]);
    expect(await nodes()).not.toContain("node-2");
    expect((await p.cells("nodes")).find(([name]) => name === "node-2")?.[3]).toBe("ready, cordoned");
    await p.page.locator(".canvas").focus();
    await p.page.keyboard.press("ControlOrMeta+z");
    await p.until(nodes, (all) => expect(all).toContain("node-2"));
  });

  it("stops a pod from listening: it is ready, and refuses", async () => {
    await p.example("6.3");
    await p.says(/^Answered/);
    for (const name of ["pod-1", "pod-2", "pod-3"]) await command(`stop listening pod ${name}`);
    await said("kubectl annotate pod pod-3 svcscope.dev/listen= --overwrite");
    await p.ask.getByRole("button", { name: "Send", exact: true }).click();
    await p.says(/refused/i);
    expect((await p.cells("services"))[0]?.at(-1)).toBe("3/3");
    await command("undo the last act");
    await p.ask.getByLabel("Send 100", { exact: true }).click();
    await p.says(/^\d+ of 100 answered by 1 pod; \d+ refused\./);
  });

  it("rolls out another image, and rolls it back", async () => {
    await command("change image of deployment");
    await inspector().getByLabel("Image of hello-ctr").fill("nigelpoulton/k8sbook:2");
    await p.page.keyboard.press("Enter");
    await said("kubectl set image deployment/web-deploy hello-ctr=nigelpoulton/k8sbook:2");
    await p.until(
      async () => (await p.page.locator(".events").textContent()) ?? "",
      (text) => expect(text).toContain("web-deploy rolls out revision 2"),
    );
    await p.page.getByLabel("Speed").selectOption("16");
    await p.until(
      async () => (await inspector().locator(".sentence").textContent()) ?? "",
      (text) => expect(text).toBe("10 of 10 pods are ready, revision 2."),
    );
    await act("Roll back").click();
    await p.until(
      async () => (await inspector().locator(".sentence").textContent()) ?? "",
      (text) => expect(text).toBe("10 of 10 pods are ready, revision 3."),
    );
    await p.until(
      () => inspector().locator("pre").textContent(),
      (yaml) => expect(yaml).toContain("image: nigelpoulton/k8sbook:latest"),
    );
  });

  it("takes a pod out of its Service by a label, and switches a selector", async () => {
    await p.until(
      () => p.cells("pods"),
      (pods) => expect(pods.length).toBeGreaterThan(0),
    );
    const [first] = await p.cells("pods");
    await command(`inspect pod ${first?.[0]}`);
    await act("Label").click();
    await inspector().getByLabel("Label", { exact: true }).fill("app=debug");
    await p.page.keyboard.press("Enter");
    await ready("10/10");
    await p.until(
      () => p.rows("pods").count(),
      (pods) => expect(pods).toBe(11),
    );
    await command("selector of service hello");
    await inspector().getByLabel("Selector", { exact: true }).fill("app=debug");
    await p.page.keyboard.press("Enter");
    await said("kubectl set selector service hello-svc app=debug");
    await ready("1/1");
  });

  it("that the API server refuses says why", async () => {
    await command("inspect service hello");
    await act("Label").click();
    await inspector().getByLabel("Label", { exact: true }).fill("app=a b");
    await p.page.keyboard.press("Enter");
    await p.until(
      async () => (await doing().textContent()) ?? "",
      (text) => expect(text).toContain('metadata.labels: Invalid value: "a b"'),
    );
  });
});

describe("looking back", () => {
  it("shows what was, and comes back to now", async () => {
    await command("scale of deployment");
    await inspector().getByLabel("Replicas").fill("2");
    await p.page.keyboard.press("Enter");
    await ready("2/2");
    const time = p.page.getByLabel("Time", { exact: true });
    await time.focus();
    await p.page.keyboard.press("Home");
    await p.until(
      () => p.rows("pods").count(),
      (pods) => expect(pods).toBe(10),
    );
    await p.page.getByRole("button", { name: /^Now/ }).click();
    await ready("2/2");
    await p.page.locator(".moment", { hasText: "10 of 10 endpoints ready" }).click();
    await ready("10/10");
    expect(await p.page.getByRole("button", { name: "Play" }).count()).toBe(1);
  });

  it("goes on from there when something else is done", async () => {
    await command("delete service hello");
    await p.until(
      () => p.rows("services").count(),
      (services) => expect(services).toBe(0),
    );
    await p.page.locator(".moment", { hasText: "10 of 10 endpoints ready" }).click();
    await ready("10/10");
    await command("cordon node-1");
    await p.page.getByRole("button", { name: "Play" }).click();
    await p.page.waitForTimeout(1200);
    await ready("10/10");
  });
});

describe("the inspector", () => {
  it("marks the line that a packet hit in the rules of its node", async () => {
    await command("inspect node node-1");
    await inspector().getByRole("tab", { name: "Rules" }).click();
    await p.until(
      () => inspector().locator("mark").allTextContents(),
      (marked) => {
        expect(marked.some((line) => line.includes("--dport 30001"))).toBe(true);
        expect(marked.some((line) => line.includes("--to-destination 10.244."))).toBe(true);
      },
    );
  });

  it("says which endpoints a client on a node may use", async () => {
    await command("distribution of service hello-svc: PreferSameZone");
    await command("inspect service hello");
    await inspector().getByRole("tab", { name: "Reach" }).click();
    await p.until(
      () => inspector().locator(".side tbody").textContent(),
      (text) => expect(text).toContain("hinted for other zones"),
    );
    await inspector().getByRole("tab", { name: "Endpoints" }).click();
    await p.until(
      () => inspector().locator(".side tbody").textContent(),
      (text) => expect(text).toContain("zone a"),
    );
  });

  it("asks the DNS from a pod, and tells the resolver's steps", async () => {
    await command("inspect service hello");
    await inspector().getByRole("tab", { name: "DNS" }).click();
    await inspector().getByRole("button", { name: "Ask" }).click();
    await p.until(
      () => inspector().locator(".answer").textContent(),
      (text) => {
        expect(text).toMatch(/hello-svc\.default\.svc\.cluster\.local\. +\d+ +IN +A +10\.96\./);
        expect(text).toContain("10.96.0.10");
      },
    );
  });

  it("is used without a mouse", async () => {
    await p.page.locator(".canvas").focus();
    for (const key of ["ArrowRight", "ArrowRight", "Enter"]) await p.page.keyboard.press(key);
    const tab = inspector().getByRole("tab", { name: "YAML" });
    await tab.focus();
    await p.page.keyboard.press("ArrowRight");
    await p.until(
      () => inspector().getByRole("tab", { selected: true }).textContent(),
      (text) => expect(text).toBe("Endpoints"),
    );
    await p.page.keyboard.press("Escape");
    await inspector().waitFor({ state: "detached" });
  });
});
