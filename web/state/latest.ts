/** Questions that come faster than their answers: one is on its way at a time, and of those that wait only the newest. */

/**
 * Asks for the newest argument, again and again; `take` gets the answers, in order, and may keep the next question
 * waiting.
 */
export function latest<Question, Answer>(
  ask: (question: Question) => Promise<Answer>,
  take: (answer: Answer, question: Question) => void | Promise<void>,
  fail: (error: unknown, question: Question) => void,
): (question: Question) => void {
  let waiting: { question: Question } | undefined, busy = false;
  const go = async () => {
    busy = true;
    while (waiting) {
      const { question } = waiting;
      waiting = undefined;
      try {
        await take(await ask(question), question);
      } catch (error) {
        fail(error, question);
      }
    }
    busy = false;
  };
  return (question) => {
    waiting = { question };
    if (!busy) void go();
  };
}
