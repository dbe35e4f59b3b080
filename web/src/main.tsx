import { render } from "preact";
import { App } from "./App.tsx";
import { embedding } from "./share/open.ts";
import { initialTheme, setTheme, showTab, start } from "./state/actions.ts";
import { showTerminal } from "./terminal/open.ts";
import { listen } from "./ui/commands.ts";
import "./style/tokens.css";
import "./style/base.css";
import "./style/layout.css";
import "./style/parts.css";

setTheme(embedding?.theme ?? initialTheme(), !embedding);
if (embedding?.parts.includes("kubectl")) showTerminal(true);
if (embedding?.parts[0] && !embedding.parts.includes("topology")) showTab(embedding.parts[0]);
else showTab("topology");
const root = document.getElementById("app");
if (root) render(<App />, root);
start();
listen();
