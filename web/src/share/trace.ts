/** The way of a packet as Markdown, for an issue or a chat. */
import type { Burst } from "../engine/protocol.ts";

export interface Asked {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: string;
}

export function markdownOf(burst: Burst, asked: Asked, link: string): string {
  const { sample, sent, byPod } = burst;
  const target = asked.to.includes(":") ? `[${asked.to}]:${asked.port}` : `${asked.to}:${asked.port}`;
  const lines = [
    `**${code(asked.from)} → ${code(`${target}/${asked.protocol}`)}**: ${text(sample.summary)}`,
    "",
    ...sample.steps.flatMap((step, i) => [
      `${i + 1}. ${text(step.text)}`,
      ...step.notes.map((note) => `   - ${text(note)}`),
    ]),
  ];
  if (sent > 1) {
    const rows = Object.entries(byPod).sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
    lines.push("", `Of ${sent} requests:`, "", "| pod | requests |", "| --- | ---: |");
    lines.push(...rows.map(([pod, n]) => `| ${code(pod).replaceAll("|", "\\|")} | ${n} |`));
  }
  lines.push("", `[The same in svcscope](${link}), by the rules of Kubernetes 1.37`, "");
  return lines.join("\n");
}

/** Signs that Markdown or HTML would make something of stand for themselves. */
const text = (words: string): string => words.replace(/[\\`*_[\]<>|#]/g, "\\$&").replace(/[\r\n]+/g, " ");

function code(words: string): string {
  const plain = words.replace(/[\r\n]+/g, " ");
  const fence = plain.includes("`") ? "``" : "`";
  return `${fence}${plain}${fence}`;
}
