/** The ways in and out: buttons for files and folders, the whole page as a place to drop on, and what became of it. */
import { useEffect, useRef, useState } from "preact/hooks";
import { news } from "../state/store.ts";
import { Close, Folder, Save } from "../ui/icons.tsx";
import "./files.css";

/** What is done with files is fetched when there are some. */
const doing = () => import("./open.ts");

export function OpenAndSave() {
  const files = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement) => {
    if (input.files && input.files.length > 0) {
      // The list is emptied with the field.
      const sources = [...input.files];
      void doing().then(({ openPicked }) => openPicked(sources));
    }
    input.value = "";
  };
  return (
    <>
      <span class="spacer" />
      <input
        type="file"
        class="visually-hidden"
        tabIndex={-1}
        aria-hidden="true"
        multiple
        accept=".yml,.yaml,.json"
        ref={files}
        onChange={(e) => take(e.currentTarget)}
      />
      <button
        type="button"
        class="quiet icon small"
        aria-label="Open files"
        title="Open files; or drop files and folders anywhere"
        onClick={() => files.current?.click()}
      >
        <Folder />
      </button>
      <button
        type="button"
        class="quiet icon small"
        aria-label="Save as YAML"
        title="Save as YAML"
        onClick={() => void doing().then(({ save }) => save())}
      >
        <Save />
      </button>
    </>
  );
}

export function OpenNews() {
  const told = news.value;
  if (!told) return null;
  return (
    <div class={`news ${told.bad ? "bad" : ""}`} role={told.bad ? "alert" : "status"}>
      <ul>
        {told.lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {told.undo && (
        <button type="button" class="quiet" onClick={told.undo}>
          Undo
        </button>
      )}
      <button
        type="button"
        class="quiet icon small"
        aria-label="Dismiss"
        title="Dismiss"
        onClick={() => {
          news.value = null;
        }}
      >
        <Close />
      </button>
    </div>
  );
}

/** Takes what is dropped on the page, and what is pasted where nobody is typing. */
export function DropZone() {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const drag = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(event.type === "dragover");
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      setOver(false);
      const entries = entriesOf(event.dataTransfer.items);
      void doing().then(({ openDropped }) => openDropped(entries));
    };
    const paste = (event: ClipboardEvent) => {
      // Who has taken it may have replaced what it was pasted into: that is nowhere then.
      if (event.defaultPrevented || isTyping(event.target)) return;
      const { items = null } = event.clipboardData ?? {};
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (items && [...items].some((item) => item.kind === "file")) {
        const entries = entriesOf(items);
        void doing().then(({ openDropped }) => openDropped(entries));
      } else if (text.trim() !== "") void doing().then(({ openText }) => openText("pasted.yml", text));
    };
    const leave = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    addEventListener("dragover", drag);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    addEventListener("paste", paste);
    return () => {
      removeEventListener("dragover", drag);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
      removeEventListener("paste", paste);
    };
  }, []);
  return over ? (
    <div class="drop">Drop manifests here: files, folders, or what kubectl get -o yaml printed</div>
  ) : null;
}

/** The list itself is empty as soon as anything is waited for. */
const entriesOf = (items: DataTransferItemList): (FileSystemEntry | File | null)[] =>
  [...items].map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(?:INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
}
