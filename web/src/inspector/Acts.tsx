/** What can be done to something: at once, or by a small form that shows the command before it is run. */
import { useEffect, useRef, useState } from "preact/hooks";
import { commandOf } from "../acts/act.ts";
import { type Form, type Item, itemsFor } from "../acts/menu.ts";
import type { Target } from "../stage/layout.ts";
import { act, openForm } from "../state/acts.ts";
import { form, object, topology, workloads } from "../state/store.ts";

/** More than these are folded, but for the first ones. */
const MOST = 5;
const FIRST = 3;

export function Acts({ target }: { target: Target }) {
  const items = itemsFor(target, {
    topology: topology.value,
    workloads: workloads.value,
    object: object.value,
  });
  const open = items.find((item) => item.form && item.title === form.value);
  const [all, showAll] = useState(false);
  if (items.length === 0) return <div />;
  const some =
    all || items.length <= MOST || items.indexOf(open as Item) >= FIRST ? items : items.slice(0, FIRST);
  return (
    <div class="acts">
      <fieldset class="buttons" aria-label="Acts">
        {some.map((item) => (
          <Button key={item.title} item={item} open={item === open} />
        ))}
        {some.length < items.length && (
          <button type="button" class="small quiet" aria-expanded={false} onClick={() => showAll(true)}>
            {items.length - some.length} more
          </button>
        )}
      </fieldset>
      {open?.form && <Fill key={`${target.key}${open.title}`} form={open.form} />}
    </div>
  );
}

function Button({ item, open }: { item: Item; open: boolean }) {
  if (item.act) {
    const wanted = item.act;
    return (
      <button type="button" class="small" title={commandOf(wanted)} onClick={() => void act(wanted)}>
        {item.title}
      </button>
    );
  }
  return (
    <button type="button" class="small" aria-expanded={open} onClick={() => openForm(open ? "" : item.title)}>
      {item.title}…
    </button>
  );
}

function Fill({ form }: { form: Form }) {
  const [value, setValue] = useState(form.value);
  const field = useRef<HTMLInputElement & HTMLSelectElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.select?.();
  }, []);
  const wanted = form.make(value);
  const change = (e: { currentTarget: { value: string } }) => setValue(e.currentTarget.value);
  return (
    <form
      class="fill"
      onSubmit={(e) => {
        e.preventDefault();
        if (wanted) void act(wanted);
      }}
      onKeyDown={(e) => {
        if (e.key !== "Escape") return;
        e.stopPropagation();
        openForm("");
      }}
    >
      <label for="fill">
        <span>{form.label}</span>
        {form.choices ? (
          <select id="fill" ref={field} value={value} onChange={change}>
            {form.choices.map((choice) => (
              <option key={choice}>{choice}</option>
            ))}
          </select>
        ) : (
          <input
            id="fill"
            ref={field}
            type="text"
            inputMode={form.number ? "numeric" : "text"}
            class="mono"
            autoComplete="off"
            spellcheck={false}
            placeholder={form.label === "Label" ? "key=value, or key- to remove it" : ""}
            value={value}
            onInput={change}
          />
        )}
      </label>
      <button type="submit" class="primary" disabled={!wanted || value === form.value}>
        Apply
      </button>
      <code class="command">{wanted ? commandOf(wanted) : "…"}</code>
    </form>
  );
}
