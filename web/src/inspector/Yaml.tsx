/** The object as the API returns it; who wrote which of its fields is folded. */
import type { Side } from "../engine/protocol.ts";

export function Yaml({ side }: { side: Extract<Side, { side: "yaml" }> }) {
  return (
    <>
      <Text text={side.text} />
      {side.managers.length > 0 && (
        <details class="managers">
          <summary>managedFields: {side.managers.map((m) => m.manager).join(", ")}</summary>
          {side.managers.map((m) => (
            <div key={`${m.manager}${m.operation}${m.time}`}>
              <p>
                <b>{m.manager}</b>{" "}
                <span class="muted">
                  {m.operation}, {m.time}
                </span>
              </p>
              <p class="mono muted">{m.fields.join(", ")}</p>
            </div>
          ))}
        </details>
      )}
    </>
  );
}

/** Text that scrolls, with some of its lines marked. */
export function Text({ text, hits = [] }: { text: string; hits?: readonly number[] }) {
  const marked = new Set(hits);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <pre class="mono" tabIndex={0}>
      {marked.size === 0
        ? text
        : text.split("\n").map((line, i) =>
            marked.has(i) ? (
              // Lines have no names of their own.
              <mark key={i}>{`${line}\n`}</mark>
            ) : (
              `${line}\n`
            ),
          )}
    </pre>
  );
}
