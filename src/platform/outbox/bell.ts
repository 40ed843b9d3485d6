/** Wakes who waits. A ring while nobody waits is kept, so none is lost between look and wait. */
export type Bell = { ring(): void; wait(maxMs: number): Promise<void> };

export function newBell(): Bell {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      wake?.();
    },
    async wait(maxMs) {
      if (!rung) {
        await new Promise<void>((done) => {
          const timer = setTimeout(done, maxMs);
          wake = () => {
            clearTimeout(timer);
            done();
          };
        });
      }
      wake = undefined;
      rung = false;
    },
  };
}
