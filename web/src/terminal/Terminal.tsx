/** A terminal with kubectl against the cluster in this tab. */
import { effect } from "@preact/signals";
import { FitAddon } from "@xterm/addon-fit";
import { Terminal as Xterm } from "@xterm/xterm";
import { useEffect, useRef, useState } from "preact/hooks";
import { theme } from "../state/store.ts";
import { Close } from "../ui/icons.tsx";
import { showTerminal } from "./open.ts";
import { Prompt } from "./prompt.ts";
import { session } from "./session.ts";
import "@xterm/xterm/css/xterm.css";
import "./terminal.css";

const KEPT = "svcscope.terminal";
/** Lines that are remembered from one visit to the next. */
const MOST = 200;
const GREETING =
  "kubectl, in the cluster of this tab. Type \u001b[1mhelp\u001b[0m for a start; Escape leaves.\r\n\r\n";

/** Keys that phones have none for. */
const TOUCH = [
  ["Tab", "\t", "Tab: complete"],
  ["↑", "\u001b[A", "Earlier line"],
  ["↓", "\u001b[B", "Later line"],
  ["←", "\u001b[D", "Left"],
  ["→", "\u001b[C", "Right"],
  ["^C", "\u0003", "^C: give up the line"],
] as const;

export function TerminalPane() {
  const host = useRef<HTMLDivElement>(null);
  const close = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState<Open | null>(null);
  const [spoken, setSpoken] = useState(false);
  useEffect(() => {
    if (!host.current) return;
    const opened = start(host.current, () => close.current?.focus());
    setOpen(opened);
    return opened.end;
  }, []);
  return (
    <section class="terminal" aria-label="Terminal">
      <header>
        <h2>kubectl</h2>
        <span class="muted">Tab completes, ↑ recalls</span>
        <span class="spacer" />
        <button
          type="button"
          class="quiet"
          aria-pressed={spoken}
          title="Let a screen reader read the output"
          onClick={() => {
            open?.speak(!spoken);
            setSpoken(!spoken);
          }}
        >
          Screen reader
        </button>
        <button
          type="button"
          class="quiet icon"
          ref={close}
          aria-label="Close the terminal"
          title="Close the terminal"
          onClick={() => showTerminal(false)}
        >
          <Close />
        </button>
      </header>
      <div class="tty" ref={host} />
      <div class="touch">
        {TOUCH.map(([sign, data, name]) => (
          <button type="button" key={sign} aria-label={name} onClick={() => open?.press(data)}>
            {sign}
          </button>
        ))}
      </div>
    </section>
  );
}

interface Open {
  speak(wanted: boolean): void;
  press(data: string): void;
  end(): void;
}

function start(host: HTMLElement, leave: () => void): Open {
  const xterm = new Xterm({
    fontFamily: style("--mono"),
    fontSize: host.clientWidth < 600 ? 11 : 13,
    lineHeight: 1.3,
    cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    convertEol: false,
    scrollback: 5000,
  });
  const fit = new FitAddon();
  xterm.loadAddon(fit);
  xterm.open(host);
  xterm.textarea?.setAttribute("aria-label", "kubectl. Escape leaves the terminal.");

  const prompt: Prompt = new Prompt(
    {
      get cols() {
        return xterm.cols;
      },
      write: (text) => xterm.write(text),
    },
    session({
      write: (text) => xterm.write(text),
      clear: () => xterm.write("\u001b[H\u001b[2J\u001b[3J"),
      close: () => showTerminal(false),
      history: () => prompt.history,
    }),
    recall(),
  );

  xterm.attachCustomKeyEventHandler((event) => {
    const command = event.ctrlKey || event.metaKey;
    if (event.key === "Escape") {
      if (event.type === "keydown") leave();
      return false;
    }
    // These are the browser's and the page's.
    if (command && (event.key === "v" || event.key === "k")) return false;
    if (command && event.key === "c" && xterm.hasSelection()) {
      if (event.type === "keydown") void navigator.clipboard?.writeText(xterm.getSelection());
      return false;
    }
    return true;
  });
  xterm.onData((data) => {
    void prompt.read(data).then(() => keep(prompt.history));
  });

  const stop = effect(() => {
    theme.value;
    xterm.options.theme = colours();
  });
  let cols = 0;
  const adapt = () => {
    if (host.clientWidth === 0) return;
    fit.fit();
    if (cols !== 0 && cols !== xterm.cols) {
      xterm.write("\r\n");
      prompt.redraw();
    }
    cols = xterm.cols;
  };
  const observer = new ResizeObserver(adapt);
  observer.observe(host);
  adapt();
  xterm.write(GREETING);
  prompt.fresh();
  xterm.focus();

  return {
    speak: (wanted) => {
      xterm.options.screenReaderMode = wanted;
      xterm.focus();
    },
    press: (data) => {
      void prompt.read(data);
      xterm.focus();
    },
    end() {
      stop();
      observer.disconnect();
      xterm.dispose();
    },
  };
}

const style = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function colours() {
  const [surface, text, accent] = [style("--surface"), style("--text"), style("--accent")];
  return {
    background: surface,
    foreground: text,
    cursor: accent,
    cursorAccent: surface,
    selectionBackground: `${accent}44`,
    red: style("--failed"),
    green: style("--ready"),
    yellow: style("--waiting"),
    blue: accent,
  };
}

function recall(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(kept) ? kept.filter((line): line is string => typeof line === "string") : [];
  } catch {
    return [];
  }
}

function keep(history: readonly string[]): void {
  try {
    localStorage.setItem(KEPT, JSON.stringify(history.slice(-MOST)));
  } catch {
    // A page that may not store anything works all the same.
  }
}
