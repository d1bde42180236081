/** The page's first code: styles, theme, and the app into the document. */
import "./style/tokens.css";
import "./style/base.css";
import "./style/parts.css";
import "./style/shell.css";
import { render } from "preact";
import { storage } from "./connect.ts";
import { App } from "./shell/app.tsx";
import { keepDropsIn } from "./state/drop.ts";
import { listenToKeys } from "./state/keys.ts";
import { startPage } from "./state/start.ts";
import { followTheme } from "./state/theme.ts";
import { shareTraining } from "./state/training_lock.ts";

followTheme();
listenToKeys();
keepDropsIn(storage);
startPage();
shareTraining();
render(<App />, document.getElementById("app")!);
// Development servers have no service worker to offer.
if (import.meta.env.PROD) addEventListener("load", () => void later());

async function later(): Promise<void> {
  const { workOffline } = await import("./offline/register.ts");
  await workOffline();
}
