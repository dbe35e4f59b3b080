/** What this is, which example is open, and where things stand. */
import { examples } from "../examples/index.ts";
import { open, setTheme } from "../state/actions.ts";
import { example, standing, theme, took, version } from "../state/store.ts";
import { Moon, Sun } from "../ui/icons.tsx";

export function Header() {
  const dark = theme.value === "dark";
  return (
    <header class="top">
      <h1>
        <svg width="20" height="20" viewBox="0 0 32 32" aria-hidden="true">
          <use href="#mark" />
        </svg>
        svcscope
      </h1>
      <select
        aria-label="Examples"
        class="examples"
        value={example.value}
        onChange={(e) => void open(e.currentTarget.value)}
      >
        {examples.map((ex) => (
          <option value={ex.id} key={ex.id}>
            {ex.title}
          </option>
        ))}
      </select>
      <p class="standing" title={`The last change took ${took.value.toFixed(1)} ms`}>
        {standing.value}
        <span class="muted"> · {took.value < 10 ? took.value.toFixed(1) : Math.round(took.value)} ms</span>
      </p>
      <span class="spacer" />
      <span class="muted version" title={`Kubernetes 1.37, svcscope ${version.value}`}>
        1.37
      </span>
      <button
        type="button"
        class="quiet icon"
        aria-label={dark ? "Light theme" : "Dark theme"}
        title={dark ? "Light theme" : "Dark theme"}
        onClick={() => setTheme(dark ? "light" : "dark")}
      >
        {dark ? <Sun /> : <Moon />}
      </button>
    </header>
  );
}
