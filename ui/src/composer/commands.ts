/** How the composer's commands are done, and when there is anything to do. */
import type { DraftKind } from "../ipc/generated";
import type { Handler } from "../shared/registry.svelte";

export type Hands = {
  write: (kind: DraftKind) => void;
  toReply: () => void;
  macros: () => void;
  attach: () => void;
  turnPreview: () => void;
  send: () => void;
  solve: () => void;
  /** The reader may write here at all. */
  able: () => boolean;
  /** The words have the keys. */
  writing: () => boolean;
  /** What is written may end the ticket. */
  solving: () => boolean;
};

/** The composer's commands. */
export function composerCommands(hands: Hands): Record<string, Handler> {
  const { able, write, toReply, macros, solving } = hands;
  // Only from inside the composer: what is sent is what its author has before her eyes.
  const writing = () => able() && hands.writing();
  // Its words are for the customer: the command never puts them into a note that is in front.
  const answer = () => {
    toReply();
    macros();
  };
  return {
    reply: { run: () => write("reply"), when: able },
    note: { run: () => write("note"), when: able },
    macro: { run: answer, when: able },
    attach: { run: hands.attach, when: able },
    preview: { run: hands.turnPreview, when: able },
    send: { run: hands.send, when: writing },
    "send-and-solve": { run: hands.solve, when: () => writing() && solving() },
  };
}
