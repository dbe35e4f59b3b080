/** CodeMirror as the page wants it. Loaded on its own, behind the first picture. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, Transaction } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Problem } from "../engine/protocol.ts";

const look = EditorView.theme({
  "&": { height: "100%", backgroundColor: "transparent", fontSize: "13px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--accent)" },
  ".cm-cursor": { borderLeftColor: "var(--accent)" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--muted)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": {
    backgroundColor: "color-mix(in srgb, var(--accent) 7%, transparent)",
  },
  "&.cm-focused": { outline: "none" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 24%, transparent) !important",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    border: "1px solid var(--line)",
    borderRadius: "6px",
    boxShadow: "var(--shadow)",
    color: "var(--text)",
    maxWidth: "60ch",
  },
  ".cm-diagnostic-error": { borderLeftColor: "var(--failed)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--waiting)" },
});

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent-strong)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--ready)" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: "var(--waiting)" },
  { tag: [tags.comment, tags.meta], color: "var(--muted)", fontStyle: "italic" },
]);

/** What is known of an editor: the file it shows, the documents of the others with their history, whom to tell. */
interface Memory {
  name: string;
  readonly others: Map<string, EditorState>;
  readonly listener: Listener;
}

/** Who hears what a user does. */
export interface Listener {
  changed(text: string): void;
  /** The mouse is over that offset of the text, or over none. */
  over(text: string, offset: number | null): void;
}

const memories = new WeakMap<EditorView, Memory>();

export function createEditor(parent: HTMLElement, listener: Listener): EditorView {
  const view = new EditorView({ parent, state: state("", listener) });
  memories.set(view, { name: "", others: new Map(), listener });
  return view;
}

function state(text: string, listener: Listener): EditorState {
  return EditorState.create({
    doc: text,
    extensions: [
      lineNumbers(),
      lintGutter(),
      EditorView.lineWrapping,
      history(),
      drawSelection(),
      indentOnInput(),
      indentUnit.of("  "),
      bracketMatching(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      highlightSelectionMatches(),
      yaml(),
      syntaxHighlighting(colours),
      look,
      EditorView.contentAttributes.of({ "aria-label": "Manifest", tabindex: "0" }),
      keymap.of([...defaultKeymap, ...searchKeymap, ...historyKeymap, indentWithTab]),
      EditorView.domEventHandlers({
        mousemove({ clientX, clientY }, view) {
          listener.over(view.state.doc.toString(), view.posAtCoords({ x: clientX, y: clientY }));
        },
        mouseleave(_, view) {
          listener.over(view.state.doc.toString(), null);
        },
      }),
      EditorView.updateListener.of((update) => {
        const own = update.transactions.some(
          (t) => t.annotation(Transaction.remote) !== true && t.docChanged,
        );
        if (own) listener.changed(update.state.doc.toString());
      }),
    ],
  });
}

/** Shows a file; its text is put in if it is not what stands there already. */
export function showFile(view: EditorView, name: string, text: string): void {
  const memory = memories.get(view);
  if (!memory) return;
  if (memory.name !== name) {
    memory.others.set(memory.name, view.state);
    memory.name = name;
    const before = memory.others.get(name);
    view.setState(before?.doc.toString() === text ? before : state(text, memory.listener));
  } else if (view.state.doc.toString() !== text) {
    view.dispatch({
      changes: { from: 0, to: view.state.doc.length, insert: text },
      annotations: Transaction.remote.of(true),
    });
  }
}

export function showProblems(view: EditorView, problems: readonly Problem[]): void {
  const end = view.state.doc.length;
  const diagnostics: Diagnostic[] = problems.map((p) => ({
    from: Math.min(p.from, end),
    to: Math.min(Math.max(p.to, p.from + 1), end),
    severity: p.severity,
    message: p.message,
  }));
  view.dispatch(setDiagnostics(view.state, diagnostics));
}

/** Puts the cursor where something is, and the place into sight. */
export function showPlace(view: EditorView, place: { readonly from: number }): void {
  const anchor = Math.min(place.from, view.state.doc.length);
  view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
  view.focus();
}
