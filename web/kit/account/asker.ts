type Asker = () => Promise<boolean>;

let asker: Asker | undefined;

/** Says who asks the person to prove again who they are; the last one mounted asks. */
export function onProofNeeded(ask: Asker): () => void {
  asker = ask;
  return () => {
    if (asker === ask) asker = undefined;
  };
}

/** Whether the person proved it; false when they would not, or nobody here can ask. */
export const provenAgain = async (): Promise<boolean> => (await asker?.()) ?? false;
