import { describe, expect, it } from "vitest";
import { markdownOf } from "./trace.ts";

const step = (text: string, ...notes: string[]) => ({ text, place: null, notes });

describe("a trace as Markdown", () => {
  it("is a sentence, steps, and where many requests went", () => {
    const burst = {
      sent: 3,
      outcomes: { answered: 3 },
      byPod: { "default/a": 1, "default/b": 2 },
      byClient: {},
      findings: [],
      sample: {
        outcome: "answered",
        summary: "Answered by pod b.",
        steps: [step("It meets the rules.", "left out: c (not ready)"), step("<img src=x>")],
      },
    };
    const asked = { from: "outside", to: "fd00::1", port: 80, protocol: "TCP" };
    expect(
      markdownOf(burst, asked, "https://example.com/#v1=x"),
    ).toBe(`**\`outside\` → \`[fd00::1]:80/TCP\`**: Answered by pod b.

1. It meets the rules.
   - left out: c (not ready)
2. \\<img src=x\\>

Of 3 requests:

| pod | requests |
| --- | ---: |
| \`default/b\` | 2 |
| \`default/a\` | 1 |

[The same in svcscope](https://example.com/#v1=x), by the rules of Kubernetes 1.37
`);
  });
});
