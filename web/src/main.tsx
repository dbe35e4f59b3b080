import { render } from "preact";
import { App } from "./App.tsx";
import { initialTheme, setTheme, start } from "./state/actions.ts";
import { listen } from "./ui/commands.ts";
import "./style/tokens.css";
import "./style/base.css";
import "./style/layout.css";
import "./style/parts.css";
import "./style/time.css";

setTheme(initialTheme());
const root = document.getElementById("app");
if (root) render(<App />, root);
start();
listen();
