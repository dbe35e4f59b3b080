/** kubectl in the page, as hands know it. */
import { describe, expect, it } from "vitest";
import { p, theStand } from "./each.ts";

/** What stands on the screen of the terminal. */
const screen = async (q = p): Promise<string> =>
  (await q.page.locator(".xterm-rows > div").allTextContents()).map((row) => row.trimEnd()).join("\n");

const shows = (words: string | RegExp, q = p): Promise<void> =>
  q.until(
    () => screen(q),
    (text) => expect(text).toMatch(words),
  );

async function type(line: string, q = p): Promise<void> {
  await q.page.keyboard.type(line);
  await q.page.keyboard.press("Enter");
}

async function opened(): Promise<void> {
  await p.page.keyboard.press("k");
  await p.page.locator(".xterm-rows").waitFor();
  await shows("$");
}

describe("kubectl", () => {
  it("works on the cluster that is to be seen", async () => {
    await opened();
    await type("kubectl get svc hello-svc");
    await shows(/hello-svc +NodePort +10\.96\.\d+\.\d+ +<none> +8080:30001\/TCP/);
    await type("kubectl scale deployment web-deploy --replicas=4");
    await shows("deployment.apps/web-deploy scaled");
    await p.until(
      () => p.rows("pods").count(),
      (pods) => expect(pods).toBe(4),
    );
    await type("kubectl delete svc hello-svc");
    await p.until(
      () => p.rows("services").count(),
      (services) => expect(services).toBe(0),
    );
    await type("kubectl apply -f svc.yml");
    await shows("service/hello-svc created");
    await type("kubectl get pods nobody");
    await shows(/Error from server \(NotFound\): pods "nobody" not found/);
  });

  it("is completed, recalled and given up", async () => {
    await opened();
    const { keyboard } = p.page;
    await keyboard.type("kubectl get dep");
    await keyboard.press("Tab");
    await shows("kubectl get deployments");
    await keyboard.press("Tab");
    await shows("kubectl get deployments web-deploy");
    await keyboard.press("Enter");
    await shows(/web-deploy +10\/10/);
    await keyboard.press("ArrowUp");
    await keyboard.press("Control+c");
    await shows(/web-deploy ?\^C/);
    await type("kubectl get pods | wc -l");
    await shows("There are no pipes here");
    await type("kubectl apply -f nothing.yml");
    await shows(/nothing\.yml/);
    await type("clear");
    await p.until(screen, (text) => expect(text.trim()).toBe("$"));
    await type("help");
    await shows("kubectl apply -f FILE");
    await keyboard.press("Escape");
    await keyboard.press("Enter");
    await p.page.locator(".terminal").waitFor({ state: "detached" });
  });

  it("takes what is pasted, and prints nothing that a terminal would obey", async () => {
    await p.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await opened();
    await p.page.evaluate(() =>
      navigator.clipboard.writeText(
        "kubectl annotate svc hello-svc a='\u001b]0;x\u0007\u001b[31mred<img src=x onerror=alert(1)>'\n",
      ),
    );
    await p.page.keyboard.press("Control+v");
    await shows("service/hello-svc annotated");
    await type("kubectl get svc hello-svc -o jsonpath={.metadata.annotations}");
    await shows("<img src=x onerror=alert");
  });

  it("is on a phone, too, with the keys that it lacks", async () => {
    const phone = await theStand.open({
      viewport: { width: 360, height: 740 },
      hasTouch: true,
      isMobile: true,
    });
    await phone.page
      .getByRole("navigation", { name: "Views" })
      .getByRole("button", { name: "kubectl" })
      .tap();
    await phone.page.locator(".xterm-rows").waitFor();
    await phone.page.keyboard.type("kubectl get no");
    await phone.page.getByRole("button", { name: "Tab: complete" }).tap();
    await shows("kubectl get nodes", phone);
    await phone.page.keyboard.press("Enter");
    await shows(/node-3 +Ready/, phone);
    expect(await phone.page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await phone.close();
  });
});
