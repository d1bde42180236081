/** Starts the service worker when the page has nothing better to do, and says when a new version waits. */
import { lanes } from "../state/lanes.ts";
import { notify } from "../state/notices.ts";
import { announce } from "../state/announce.ts";

/** Between two looks for a new version while the page stays open. */
const LOOK_MS = 60 * 60 * 1000;

/** Registers `sw.js` beside the page. A browser that refuses (private windows, no https) keeps the page online. */
export async function workOffline(): Promise<void> {
  let container: ServiceWorkerContainer, registration: ServiceWorkerRegistration;
  try {
    // a frame that is shut off from its origin may not even look for it
    container = navigator.serviceWorker;
    if (!container) return;
    registration = await container.register("./sw.js", { updateViaCache: "none" });
  } catch {
    return;
  }
  watch(registration);
  void container.ready.then(({ active }) => active?.postMessage("keep-data"));
  setInterval(() => void registration.update().catch(() => {}), LOOK_MS);
}

function watch(registration: ServiceWorkerRegistration): void {
  const look = () => {
    if (registration.waiting && navigator.serviceWorker.controller) offerNewVersion(registration);
  };
  look();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", look);
  });
}

/** Nothing happens before the visitor says so: runs may be training. */
function offerNewVersion(registration: ServiceWorkerRegistration): void {
  const heading = "A new version is ready. Runs are safe.";
  const reload = () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    registration.waiting?.postMessage("take-over");
  };
  const training = lanes.peek().some(({ phase }) => phase.peek() === "running");
  notify({
    id: "new-version",
    heading,
    body: training ? "Reloading pauses what is being trained; it goes on from its last checkpoint." : undefined,
    actions: [{ label: "Reload", onAct: reload }],
  });
  announce(heading);
}
