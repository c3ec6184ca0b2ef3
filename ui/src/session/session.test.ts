import { beforeEach, describe, expect, it, vi } from "vitest";
import { connect } from "../ipc/call";
import type { NoticeView, ProfileView, SessionView } from "../ipc/generated";
import { Session } from "./session.svelte";

const PROFILE: ProfileView = { id: "p1", login: "elena-ruiz", server: "https://s", waiting: 3 };
let answers: Record<string, (request: unknown) => unknown> = {};
let asked: string[] = [];
let tell: (notice: NoticeView) => void = () => {};

const view = (state: SessionView["state"], profiles: ProfileView[] = []) =>
  ({ state, profiles, server: "https://s" }) as unknown as SessionView;
const fails = (code: string) => () => {
  throw { code, message: code, params: {} };
};
const REQUEST = { server: "https://s", login: "elena-ruiz", password: "x", passphrase: null };

beforeEach(() => {
  asked = [];
  answers = { "session.get": () => view("signed_out") };
  connect({
    call: async (name, request) => {
      asked.push(name);
      return answers[name]?.(request);
    },
    subscribe: (hear) => {
      tell = hear;
      return () => {};
    },
  });
});

async function started(): Promise<Session> {
  const session = new Session();
  session.follow();
  await vi.waitFor(() => expect(session.face).not.toBe("starting"));
  return session;
}

describe("at the start", () => {
  it("a computer nobody has used asks for signing in", async () => {
    expect((await started()).face).toBe("sign-in");
    expect(asked).not.toContain("session.unlock");
  });

  it("a profile that the keyring has opened is shown and nothing is asked", async () => {
    answers["session.get"] = () => view("open", [PROFILE]);
    expect((await started()).face).toBe("desk");
  });

  it("without a keyring the passphrase is asked for, and why is said", async () => {
    const shut = { code: "passphrase_needed", message: "", params: {} };
    answers["session.get"] = () => ({ ...view("signed_out", [PROFILE]), shut });
    const session = await started();
    expect(session.face).toBe("unlock");
    expect(session.shut?.code).toBe("passphrase_needed");
  });

  it("a profile that nobody has opened waits for its owner", async () => {
    answers["session.get"] = () => view("signed_out", [PROFILE]);
    expect((await started()).face).toBe("unlock");
    expect(asked).not.toContain("session.unlock");
  });
});

describe("an open desk that may show nothing", () => {
  it.each(["lease_over", "revoked"] as const)(
    "%s: says so at the door, and goes",
    async (state) => {
      answers["session.get"] = () => view("open", [PROFILE]);
      const session = await started();
      expect(session.face).toBe("desk");
      answers["session.get"] = () => view(state, [PROFILE]);
      tell({ noun: "session" });
      await vi.waitFor(() => expect(session.face).toBe("unlock"));
      expect(session.shut?.code).toBe(state);
      answers["session.get"] = () => view("open", [PROFILE]);
      tell({ noun: "session" });
      await vi.waitFor(() => expect(session.face).toBe("desk"));
      expect(session.shut).toBeUndefined();
    },
  );
});

describe("signing in", () => {
  it("shows the passphrase that was made, whatever is heard meanwhile", async () => {
    const session = await started();
    answers["session.sign_in"] = () => {
      answers["session.get"] = () => view("open", [PROFILE]);
      tell({ noun: "session" });
      return { session: view("open", [PROFILE]), recovery_passphrase: "kelp rock tide" };
    };
    await session.signIn(REQUEST);
    expect(session.face).toBe("recovery");
    session.recovery = undefined;
    expect(session.face).toBe("desk");
  });

  it("a passphrase that is needed leaves what was typed in place", async () => {
    const session = await started();
    answers["session.sign_in"] = fails("passphrase_needed");
    await expect(session.signIn(REQUEST)).rejects.toMatchObject({ code: "passphrase_needed" });
    expect(session.pending).toEqual(REQUEST);
    expect(session.face).toBe("sign-in");
  });

  it("somebody else may sign in beside a profile that is there", async () => {
    answers["session.get"] = () => view("signed_out", [PROFILE]);
    const session = await started();
    session.other = true;
    expect(session.face).toBe("sign-in");
  });
});
