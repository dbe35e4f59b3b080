/** A lesson beside the stage: its text, a task, and what the engine says of the learner's cluster. */
import { useEffect, useRef } from "preact/hooks";
import { Check, Close } from "../ui/icons.tsx";
import { Mark } from "../ui/Mark.tsx";
import { course } from "./course.ts";
import {
  begin,
  completed,
  done,
  findings,
  hint,
  hints,
  leave,
  lesson,
  met,
  step,
  text,
  textOf,
  watch,
} from "./state.ts";
import "./lessons.css";

export function LessonPane() {
  useEffect(watch, []);
  const open = lesson.value;
  return (
    <section class="lesson" aria-label={text.value.words.lessons}>
      {open && <Open key={open.id} id={open.id} />}
    </section>
  );
}

function Open({ id }: { id: string }) {
  const { words } = text.value;
  const { title, text: paragraphs, task } = textOf(id);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <>
      <header>
        <Choice id={id} />
        <button type="button" class="quiet icon" aria-label={words.close} title={words.close} onClick={leave}>
          <Close />
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <div class="reading" tabIndex={0}>
        <h2 tabIndex={-1} ref={heading}>
          {title}
        </h2>
        {paragraphs.map((paragraph) => (
          <p key={paragraph}>
            <Marked text={paragraph} />
          </p>
        ))}
        <section class="task" aria-label={words.task}>
          <h3>{words.task}</h3>
          <p>
            <Marked text={task} />
          </p>
          <Goals id={id} />
          <Hints id={id} />
          {done.value && <Done id={id} />}
        </section>
      </div>
      <Steps id={id} />
    </>
  );
}

function Choice({ id }: { id: string }) {
  const { words } = text.value;
  return (
    <select aria-label={words.choose} value={id} onChange={(e) => void begin(e.currentTarget.value)}>
      {course.map((one, i) => (
        <option value={one.id} key={one.id}>
          {`${completed.value.has(one.id) ? "✓" : " "} ${i + 1}. ${textOf(one.id).title}`}
        </option>
      ))}
    </select>
  );
}

function Goals({ id }: { id: string }) {
  const { words } = text.value;
  return (
    <ul class="goals">
      {textOf(id).goals.map((goal, i) => {
        const reached = met.value.has(i);
        const saw = findings.value[i]?.saw ?? "";
        return (
          <li key={goal} class={reached ? "met" : ""}>
            {reached ? <Check /> : <Mark state="not-ready" />}
            <span>
              <Marked text={goal} />
              <span class="visually-hidden">: {reached ? words.met : words.open}</span>
              {!reached && saw !== "" && (
                <span class="saw">
                  {words.now} {saw}
                </span>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function Hints({ id }: { id: string }) {
  const { words } = text.value;
  const all = textOf(id).hints;
  const shown = all.slice(0, hints.value);
  return (
    <>
      {shown.length > 0 && (
        <ol class="hints" aria-label={words.hints}>
          {shown.map((one) => (
            <li key={one}>
              <Marked text={one} />
            </li>
          ))}
        </ol>
      )}
      {shown.length < all.length && !done.value && (
        <button type="button" class="quiet hint" onClick={hint}>
          {shown.length === 0 ? words.hint : words.anotherHint}
        </button>
      )}
    </>
  );
}

function Done({ id }: { id: string }) {
  const { words } = text.value;
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.scrollIntoView({ block: "nearest" }), []);
  return (
    <div class="done" ref={place}>
      <Check />
      <p>
        <b>{words.done}</b> <Marked text={textOf(id).done} />
        {course.at(-1)?.id === id && ` ${words.end}`}
      </p>
    </div>
  );
}

function Steps({ id }: { id: string }) {
  const { words } = text.value;
  const place = course.findIndex((one) => one.id === id);
  return (
    <footer>
      <button type="button" class="quiet" disabled={place === 0} onClick={() => step(-1)}>
        {words.back}
      </button>
      <button type="button" class="quiet" onClick={() => void begin(id)}>
        {words.again}
      </button>
      <span class="spacer" />
      <button
        type="button"
        class={done.value ? "primary" : ""}
        disabled={place === course.length - 1}
        onClick={() => step(1)}
      >
        {words.next}
      </button>
    </footer>
  );
}

/** What stands between two backticks is code. */
function Marked({ text: marked }: { text: string }) {
  // The pieces are code and words in turn, and never change places.
  return <>{marked.split("`").map((piece, i) => (i % 2 === 1 ? <code key={piece}>{piece}</code> : piece))}</>;
}
