import { describe, expect, it } from "vitest";
import { objectAt } from "./objects.ts";

const text = `# two of them
apiVersion: v1
kind: Service
metadata:
  labels:
    app: web
  name: web
  namespace: shop
spec:
  selector: {name: other}
---
apiVersion: v1
kind: Pod
metadata: {labels: {app: web}, name: web-1}
spec:
  containers: [{name: c}]
--- # a third
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
`;

describe("the object at a place in a manifest", () => {
  it.each([
    ["apiVersion", { kind: "service", key: "shop/web" }],
    ["selector", { kind: "service", key: "shop/web" }],
    ["name: c", { kind: "pod", key: "default/web-1" }],
    ["kind: Deployment", null],
  ])("at %s", (words, target) => {
    expect(objectAt(text, text.indexOf(words))).toEqual(target);
  });

  it("is none where nothing can be seen", () => {
    expect(objectAt("", 0)).toBeNull();
    expect(objectAt("kind: Service\nmetadata:\n", 3)).toBeNull();
    expect(objectAt("kind: Service\nmetadata:\nspec:\n  name: a\n", 3)).toBeNull();
  });
});
