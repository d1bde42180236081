/** The worker that owns the GPU under Deno. */
import * as comlink from "comlink";
import { createDenoHost } from "../host/deno.ts";
import { Engine } from "./engine.ts";
import { keepErrors } from "./errors.ts";

keepErrors();
comlink.expose(new Engine(createDenoHost()));
