/** What nobody should be able to do to the page by what they write into an event. */

const LONG = "x".repeat(10_000);
/** As long as a name can be: whole, it is higher than a row of the details. */
const NAME = "Wolfeschlegelsteinhausenbergerdorff ".repeat(6).slice(0, 200);
const BIDI = "admin\u202Etxt.exe\u202C and \u2066isolated\u2069";
const CONTROL = "a\u0000b\u0007c\u001b[31mred\u009b and\ta\nbreak\u2028line";
const EMOJI = "👩‍👩‍👧‍👦🏳️‍🌈👍🏽".repeat(20);
const RTL = "ניסיון כניסה נכשל عملية تسجيل دخول";
const INVISIBLE = "in\u200Bvisible\u2060\uFEFF \u{E0041}tag";
const MARKUP = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
const COMBINING = `Z${"\u0335\u0301".repeat(200)}algo`;

/** Each kind in every field that a caller can write freely. */
export const HOSTILE = { LONG, NAME, BIDI, CONTROL, EMOJI, RTL, INVISIBLE, MARKUP, COMBINING };

/** Roles and types of resources hold no more. */
const SHORT_MAX = 128;

function event(kind: string, text: string, at: number) {
  const short = Array.from(text)
    .slice(0, SHORT_MAX / 2)
    .join("");
  return {
    id: `hostile-${kind.toLowerCase()}`,
    timestamp: new Date(Date.now() - at * 1000).toISOString(),
    action: "db.update",
    outcome: at % 2 === 0 ? "failure" : "success",
    actor: {
      ...{ type: "user", id: text, name: text, email: text, role: short },
      // Half of them, so that rows of who acted alone are there, too.
      ...(at % 2 === 0 && { on_behalf_of: { type: "user", id: text, name: text, email: text, role: short } }),
    },
    resource: { type: short, id: text, name: text },
    description: text,
    context: {
      ip: at % 3 === 0 ? text : "2001:db8:1111:2222:3333:4444:5555:6666",
      user_agent: text,
      request_id: text,
      session_id: text,
      trace_id: text,
    },
    changes: [{ path: text, before: text, after: { [short]: [text] } }],
    metadata: { [text]: text, kind, nested: { list: [text, 1, null] } },
  };
}

export function hostileEvents() {
  return Object.entries(HOSTILE).map(([kind, text], at) => event(kind, text, at));
}
