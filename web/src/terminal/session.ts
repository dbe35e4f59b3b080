/** What the terminal's commands do: kubectl in the cluster of this tab, and a few words of the page's own. */
import { ask } from "../state/actions.ts";
import { files } from "../state/store.ts";
import { candidates, common, OWN } from "./complete.ts";
import type { Asker } from "./prompt.ts";
import { split } from "./words.ts";

/** Where a session writes, and what it may do to its terminal. */
export interface Host {
  write(text: string): void;
  clear(): void;
  close(): void;
  history(): readonly string[];
}

const HELP = `kubectl runs against the cluster in this tab. Some things to try:

  kubectl get pods -o wide            kubectl describe service NAME
  kubectl apply -f FILE               kubectl scale deployment NAME --replicas 3
  kubectl get endpointslices          kubectl label pod NAME key=value

Files are those of the editor: ls lists them, cat FILE shows one.
clear empties the screen, history lists what was typed, exit closes the terminal.

Keys: Tab completes, arrows up and down recall, Ctrl+C gives up a line,
Ctrl+L clears, Escape leaves the terminal. Select text to copy it.
`;

export function session(host: Host): Asker {
  let interrupted = false;
  const own: Readonly<Record<string, (words: readonly string[]) => void>> = {
    help: () => host.write(crlf(HELP)),
    clear: () => host.clear(),
    exit: () => host.close(),
    history: () =>
      host.write(
        crlf(
          host
            .history()
            .map((line, i) => `${String(i + 1).padStart(4)}  ${line}\n`)
            .join(""),
        ),
      ),
    ls: () =>
      host.write(
        crlf(
          files
            .peek()
            .map((file) => `${file.name}\n`)
            .join(""),
        ),
      ),
    cat: ([name]) => {
      const file = files.peek().find((f) => f.name === name);
      host.write(
        file ? crlf(ended(file.text)) : red(`cat: ${name ?? "FILE"}: there is no such file in the editor\n`),
      );
    },
  };

  return {
    async run(line) {
      interrupted = false;
      const answer = split(line);
      if ("problem" in answer) return host.write(red(`${answer.problem}\n`));
      const [program = "", ...rest] = answer.words;
      if (program === "kubectl" || program === "k") {
        const text = await kubectl(rest);
        if (!interrupted) host.write(text);
        return;
      }
      const act = Object.hasOwn(own, program) ? own[program] : undefined;
      if (act) act(rest);
      else host.write(red(`${program}: there is only kubectl here, and ${OWN.join(", ")}\n`));
    },

    interrupt() {
      interrupted = true;
      host.write("^C\r\n");
    },

    clear: () => host.clear(),

    async complete(before) {
      const answer = split(before);
      if ("problem" in answer) return { words: [], last: "", common: "" };
      const { words, last } = answer;
      const names = files.peek().map((file) => file.name);
      const found = await candidates(words, last, { look, files: names });
      return { words: found, last, common: common(found) };
    },
  };
}

const input = () => ({ files: files.peek() });

async function kubectl(args: readonly string[]): Promise<string> {
  try {
    const { stdout, stderr } = await ask("kubectl", { args, ...input() });
    return crlf(ended(stdout)) + (stderr === "" ? "" : red(ended(stderr)));
  } catch (error) {
    return red(`${error instanceof Error ? error.message : String(error)}\n`);
  }
}

async function look(args: readonly string[]): Promise<string> {
  const { stdout, code } = await ask("kubectl", { args, ...input() });
  return code === 0 ? stdout : "";
}

/** Its last line is one. */
const ended = (text: string): string => (text === "" || text.endsWith("\n") ? text : `${text}\n`);

/** As terminals want lines; and nothing that one would obey: names and annotations come from strangers. */
const crlf = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that are taken out
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "").replaceAll("\n", "\r\n");

const red = (text: string): string => `\u001b[31m${crlf(text)}\u001b[0m`;
