/** Everything by its name. `Ctrl+K` opens it, and so does `?`: keys stand beside what they do. */
import { useEffect, useRef, useState } from "preact/hooks";
import { showPalette } from "../state/actions.ts";
import { paletteOpen } from "../state/store.ts";
import { allKnown, type Command, commands, isAllKnown } from "./commands.ts";

/** More than these nobody reads. */
const MOST = 60;

export function Palette() {
  return paletteOpen.value ? <Open /> : null;
}

function Open() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const [, known] = useState(false);
  useEffect(() => {
    void allKnown().then(() => known(true));
    const element = dialog.current;
    element?.showModal();
    // The focus goes back to where it was.
    return () => element?.close();
  }, []);

  const found = matching(commands(), text).slice(0, MOST);
  const run = (command: Command | undefined) => {
    showPalette(false);
    command?.run();
  };
  const move = (by: number) => setChosen((chosen + by + found.length) % Math.max(1, found.length));
  const keys: Record<string, () => void> = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => {
      if (isAllKnown()) run(found[chosen]);
      else void allKnown().then(() => run(matching(commands(), text)[chosen]));
    },
  };
  return (
    <dialog ref={dialog} class="palette" aria-label="Commands" onCancel={() => showPalette(false)}>
      <input
        type="text"
        role="combobox"
        aria-label="Command"
        aria-expanded="true"
        aria-controls="commands"
        aria-activedescendant={`command-${chosen}`}
        placeholder="What do you want to do?"
        value={text}
        onInput={(e) => {
          setText(e.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={(e) => {
          const act = keys[e.key];
          if (!act) return;
          e.preventDefault();
          act();
        }}
      />
      <div id="commands" role="listbox" aria-label="Commands" tabIndex={-1}>
        {found.map((command, i) => (
          <div
            role="option"
            tabIndex={-1}
            id={`command-${i}`}
            key={command.title}
            aria-selected={i === chosen}
            ref={(element) => {
              if (i === chosen) element?.scrollIntoView({ block: "nearest" });
            }}
            onPointerMove={() => setChosen(i)}
            onClick={() => run(command)}
            onKeyDown={(e) => e.key === "Enter" && run(command)}
          >
            <span>{command.title}</span>
            {command.key && <kbd>{command.key}</kbd>}
          </div>
        ))}
        {found.length === 0 && <p class="muted">Nothing has that name.</p>}
      </div>
    </dialog>
  );
}

/** Those that have all the words, in any order. */
function matching(all: readonly Command[], text: string): Command[] {
  const words = text.toLowerCase().split(/\s+/);
  return all.filter((c) => words.every((word) => c.title.toLowerCase().includes(word)));
}
