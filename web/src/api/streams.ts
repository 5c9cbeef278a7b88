import { queryOptions } from "@tanstack/react-query";
import { request, send } from "./request.ts";
import type { CreatedStream, Stream, StreamTest } from "./schema.ts";

export type { CreatedStream, Stream, StreamTest };

/** How often a page that is looked at asks how far streams have come. */
const EVERY_MS = 5_000;

export const streamsQuery = (organization: string) =>
  queryOptions({
    queryKey: ["streams", organization],
    queryFn: async ({ signal }): Promise<readonly Stream[]> => {
      const body: { data: Stream[] } = await (await request(pathOf(organization), { signal })).json();
      return body.data;
    },
    refetchInterval: EVERY_MS,
  });

/** From where a stream delivers. */
export type Start = "beginning" | "now" | { readonly sequence: number } | { readonly time: string };

export interface NewStream {
  readonly name: string;
  readonly type: Stream["type"];
  readonly config: object;
  /** Of a change: without them it keeps those it has. */
  readonly secrets?: object;
  readonly format: Stream["format"];
  readonly filter: object;
  readonly proof: Stream["proof"];
  readonly start: Start;
}

export async function createStream(organization: string, stream: NewStream): Promise<CreatedStream> {
  return (await send("POST", pathOf(organization), stream)).json();
}

/** What is left out stays as it is. */
export type StreamChange = Partial<Omit<NewStream, "type" | "start">>;

export async function changeStream({ organization, id }: Stream, change: StreamChange): Promise<Stream> {
  return (await send("PATCH", pathOf(organization, id), change)).json();
}

export async function setEnabled({ organization, id }: Stream, enabled: boolean): Promise<Stream> {
  return (await send("PATCH", pathOf(organization, id), { enabled })).json();
}

export async function deleteStream({ organization, id }: Stream): Promise<void> {
  await send("DELETE", pathOf(organization, id));
}

export async function testStream({ organization, id }: Stream): Promise<StreamTest> {
  return (await send("POST", `${pathOf(organization, id)}/test`)).json();
}

export async function replayStream({ organization, id }: Stream, start: Start): Promise<Stream> {
  return (await send("POST", `${pathOf(organization, id)}/replay`, { start })).json();
}

export async function rotateSecret({ organization, id }: Stream): Promise<CreatedStream> {
  return (await send("POST", `${pathOf(organization, id)}/rotate-secret`)).json();
}

function pathOf(organization: string, id?: string): string {
  const path = `/v1/organizations/${encodeURIComponent(organization)}/streams`;
  return id === undefined ? path : `${path}/${encodeURIComponent(id)}`;
}
