/** What this is, which example is open, and where things stand. */
import { examples } from "../examples/index.ts";
import { toLessons } from "../lessons/open.ts";
import { toShare } from "../share/open.ts";
import { open, setTheme, showPalette } from "../state/actions.ts";
import { example, sharing, standing, theme, version } from "../state/store.ts";
import { showTerminal, terminalOpen } from "../terminal/open.ts";
import { Book, Keys, Link, Logo, Moon, Prompt, Sun } from "../ui/icons.tsx";

export function Header() {
  const other = theme.value === "dark" ? "light" : "dark";
  const title = other === "light" ? "Light theme" : "Dark theme";
  return (
    <header class="top">
      <h1>
        <Logo />
        svcscope
      </h1>
      <select
        aria-label="Examples"
        class="examples"
        value={example.value}
        onChange={(e) => void open(e.currentTarget.value)}
      >
        {example.value.startsWith("lesson-") && <option value={example.value}>A lesson</option>}
        {example.value === "own" && <option value="own">Your files</option>}
        {examples.map((ex) => (
          <option value={ex.id} key={ex.id}>
            {ex.title}
          </option>
        ))}
      </select>
      <button
        type="button"
        class="quiet lessons"
        aria-label="Lessons"
        title="Learn by doing"
        onClick={() => void toLessons()}
      >
        <Book /> <span class="title">Lessons</span>
      </button>
      <button
        type="button"
        class="quiet console"
        aria-label="kubectl"
        aria-pressed={terminalOpen.value}
        title="A terminal with kubectl"
        onClick={() => showTerminal(!terminalOpen.value)}
      >
        <Prompt /> <span class="title">kubectl</span>
      </button>
      <p class="standing">{standing.value}</p>
      <span class="spacer" />
      <button
        type="button"
        class="quiet share"
        aria-label={sharing.value || "Share"}
        title="A link, a page within a page, a picture, a trace"
        onClick={() => void toShare()}
      >
        <Link /> <span class="title">{sharing.value || "Share"}</span>
      </button>
      <button
        type="button"
        class="quiet icon"
        aria-label="Commands"
        title="Commands (Ctrl+K)"
        onClick={() => showPalette(true)}
      >
        <Keys />
      </button>
      <span class="version muted" title={`The rules of Kubernetes 1.37; svcscope ${version.value}`}>
        Kubernetes 1.37
      </span>
      <button
        type="button"
        class="quiet icon"
        aria-label={title}
        title={title}
        onClick={() => setTheme(other)}
      >
        {other === "light" ? <Sun /> : <Moon />}
      </button>
    </header>
  );
}
