/** The worker that owns the GPU in a browser page. */
import * as comlink from "comlink";
import { createPageHost } from "../host/page.ts";
import { Engine } from "./engine.ts";
import { keepErrors } from "./errors.ts";

keepErrors();
comlink.expose(new Engine(createPageHost()));
