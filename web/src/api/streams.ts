import { queryOptions } from "@tanstack/react-query";
import { type Request, send } from "./request.ts";
import type { CreatedStream, Stream, StreamChange, StreamStart, StreamTest } from "./schema.ts";

export type { CreatedStream, Stream, StreamChange, StreamStart, StreamTest };

/** How often a page that is looked at asks how far streams have come. */
const EVERY_MS = 5_000;

/** What the form of a stream says, whatever its type. Of a change: without secrets it keeps those it has. */
export type NewStream = Required<Omit<StreamChange, "secrets" | "enabled">> &
  Pick<StreamChange, "secrets"> &
  Pick<Stream, "type"> & { readonly start: StreamStart };

/** The query that shows an organization's streams. */
export const streamsKey = (organization: string) => ["streams", organization] as const;

/** The calls about streams. @param by whose they are: a person's, or a viewer's. */
export function streamsBy(by: Request) {
  const act = (method: "POST" | "PATCH" | "DELETE", path: string, body?: unknown) => send(method, path, body, by);
  const toOne = ({ organization, id }: Stream, what = "") => `${pathOf(organization, id)}${what}`;
  const change = async (stream: Stream, to: StreamChange): Promise<Stream> =>
    (await act("PATCH", toOne(stream), to)).json();
  return {
    listOf: (organization: string) =>
      queryOptions({
        queryKey: streamsKey(organization),
        queryFn: async ({ signal }): Promise<readonly Stream[]> => {
          const body: { data: Stream[] } = await (await by(pathOf(organization), { signal })).json();
          return body.data;
        },
        refetchInterval: EVERY_MS,
      }),
    create: async (organization: string, stream: NewStream): Promise<CreatedStream> =>
      (await act("POST", pathOf(organization), stream)).json(),
    change,
    setEnabled: (stream: Stream, enabled: boolean) => change(stream, { enabled }),
    remove: async (stream: Stream): Promise<void> => {
      await act("DELETE", toOne(stream));
    },
    test: async (stream: Stream): Promise<StreamTest> => (await act("POST", toOne(stream, "/test"))).json(),
    replay: async (stream: Stream, start: StreamStart): Promise<Stream> =>
      (await act("POST", toOne(stream, "/replay"), { start })).json(),
    rotateSecret: async (stream: Stream): Promise<CreatedStream> =>
      (await act("POST", toOne(stream, "/rotate-secret"))).json(),
  };
}

function pathOf(organization: string, id?: string): string {
  const path = `/v1/organizations/${encodeURIComponent(organization)}/streams`;
  return id === undefined ? path : `${path}/${encodeURIComponent(id)}`;
}
