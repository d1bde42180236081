/** Sends a worker one message, gives back its one answer, and ends it. A worker that throws rejects. */
export function ask<Request, Reply>(worker: Worker, request: Request): Promise<Reply> {
  return new Promise<Reply>((resolve, reject) => {
    worker.onmessage = (event: MessageEvent<Reply>) => resolve(event.data);
    worker.onerror = (event) => reject(new Error(`${event.message} (${event.filename}:${event.lineno})`));
    worker.postMessage(request);
  }).finally(() => worker.terminate());
}
