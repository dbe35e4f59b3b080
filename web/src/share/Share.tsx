/** Everything that can be taken along: a link, a page within a page, a picture, a trace. */
import { useEffect, useRef, useState } from "preact/hooks";
import { download } from "../files/open.ts";
import * as s from "../state/store.ts";
import { Close } from "../ui/icons.tsx";
import { type Embedding, iframe, PARTS, type Part, searchOf } from "./embed.ts";
import { shareOpen } from "./open.ts";
import { pngOf, svgOf } from "./picture.ts";
import { markdownOf } from "./trace.ts";
import "./share.css";

/** Some programs cut links that are longer. */
const LONG = 8000;

const NAMES: Readonly<Record<Part, string>> = {
  manifest: "Manifests",
  topology: "Topology",
  traffic: "Traffic",
  kubectl: "kubectl",
};

export function ShareDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => {
    shareOpen.value = false;
  };
  return (
    <dialog ref={dialog} class="share-dialog" aria-label="Share" onClose={close}>
      <header>
        <h2>Share</h2>
        <span class="spacer" />
        <button type="button" class="quiet icon" aria-label="Close" title="Close" onClick={close}>
          <Close />
        </button>
      </header>
      <Link />
      <Embed />
      <Pictures />
      <TraceText />
    </dialog>
  );
}

/** The link has been made when this opens: it is the page's address. */
const address = (): string => location.href;

function Link() {
  const link = address();
  return (
    <section>
      <h3>Link</h3>
      <p class="muted">
        All of it is in the link: manifests, and the request that was asked. No server has it.
        {link.length > LONG &&
          ` It is long (${Math.round(link.length / 1024)} kB): where it is cut, save the manifests and send those.`}
      </p>
      <Copied label="Link" text={link} />
    </section>
  );
}

function Embed() {
  const [wanted, setWanted] = useState<Embedding>({ parts: ["topology", "traffic"], theme: null });
  const toggle = (part: Part) => {
    const has = wanted.parts.includes(part);
    const parts = PARTS.filter((p) => (p === part ? !has : wanted.parts.includes(p)));
    if (parts.length > 0) setWanted({ ...wanted, parts });
  };
  const { origin, pathname, hash } = location;
  const code = iframe(`${origin}${pathname}${searchOf(wanted)}${hash}`, s.standing.value);
  return (
    <section>
      <h3>In a page of yours</h3>
      <fieldset>
        <legend class="visually-hidden">What is shown</legend>
        {PARTS.map((part) => (
          <label key={part}>
            <input type="checkbox" checked={wanted.parts.includes(part)} onChange={() => toggle(part)} />
            {NAMES[part]}
          </label>
        ))}
        <label>
          <span class="visually-hidden">Theme</span>
          <select
            value={wanted.theme ?? ""}
            onChange={(e) => {
              const theme = e.currentTarget.value;
              setWanted({ ...wanted, theme: theme === "light" || theme === "dark" ? theme : null });
            }}
          >
            <option value="">The reader's theme</option>
            <option value="light">Light</option>
            <option value="dark">Dark</option>
          </select>
        </label>
      </fieldset>
      <Copied label="HTML" text={code} />
    </section>
  );
}

function Pictures() {
  const [problem, setProblem] = useState("");
  const png = () =>
    pngOf().then(
      (blob) => download("svcscope.png", "image/png", blob),
      (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
    );
  return (
    <section>
      <h3>The stage as a picture</h3>
      <div class="row">
        <button type="button" onClick={() => download("svcscope.svg", "image/svg+xml", svgOf())}>
          Save SVG
        </button>
        <button type="button" onClick={() => void png()}>
          Save PNG
        </button>
      </div>
      {problem !== "" && <p role="alert">{problem}</p>}
    </section>
  );
}

function TraceText() {
  const burst = s.burst.value;
  if (!burst) return null;
  const asked = { from: s.from.value, to: s.to.value, port: s.port.value, protocol: s.protocol.value };
  return (
    <section>
      <h3>The packet's way, as Markdown</h3>
      <Copied label="Markdown" text={markdownOf(burst, asked, address())} />
    </section>
  );
}

/** A text, and a button that puts it where it can be pasted from. */
function Copied({ label, text }: { label: string; text: string }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [said, setSaid] = useState("Copy");
  const copy = async () => {
    const done = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    );
    // Where a page may not copy, the text is selected for who can.
    if (!done) field.current?.select();
    setSaid(done ? "Copied" : "Press Ctrl+C");
    setTimeout(() => setSaid("Copy"), 2500);
  };
  return (
    <div class="copied">
      <textarea readOnly rows={2} class="mono" ref={field} aria-label={label} value={text} />
      <button type="button" onClick={() => void copy()}>
        {said}
      </button>
    </div>
  );
}
