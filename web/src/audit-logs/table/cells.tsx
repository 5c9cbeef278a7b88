import type { LoggedEvent } from "../../api/events.ts";
import { clip, truncateId } from "../../text/truncate.ts";
import { visibleText } from "../../text/visible.ts";
import { Badge } from "../../ui/badge.tsx";
import { cn } from "../../ui/cn.ts";
import { MarkedText } from "../../ui/marked-text.tsx";
import { VisibleText } from "../../ui/visible-text.tsx";
import { type Acting, actingOf } from "../event/acting.ts";
import { ActorMark } from "../event/actor-mark.tsx";
import { attemptedEmail } from "../event/attempted-email.ts";
import { badgeVariant } from "../event/badge-variant.ts";
import { OutcomeMark } from "../event/outcome.tsx";
import { useLogPage } from "../log-context.ts";
import { useZone } from "../time/zone-context.ts";

/** A cell shows at most so many characters of a text; the details have all of it. */
export const CELL_TEXT_MAX = 240;

export function Absent() {
  return <span className="text-muted-foreground">—</span>;
}

/** Of an id beside an address, which needs most of the line. */
const HEAD_BESIDE_ADDRESS = 4;

function ShortId({ id, head }: { id: string; head?: number | undefined }) {
  return (
    <span className="truncate font-mono text-xs text-muted-foreground" title={visibleText(clip(id, CELL_TEXT_MAX))}>
      <MarkedText value={truncateId(id, head)} />
    </span>
  );
}

export function TimestampCell({ event }: { event: LoggedEvent }) {
  const { format } = useZone();
  const [date, time] = format(event.timestamp).split(" ");
  return (
    // Where the time has no room beside the date, it is below.
    <time dateTime={event.timestamp} className="tabular-nums *:whitespace-nowrap">
      <span>{date}</span> <span>{time}</span>
    </time>
  );
}

export function ActionCell({ event }: { event: LoggedEvent }) {
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <Badge variant={badgeVariant(event.action)} title={event.action} data-narrow="action" className="cursor-pointer">
        <span className="truncate">{event.action}</span>
      </Badge>
      <OutcomeMark outcome={event.outcome} />
      <SensitiveMark action={event.action} />
    </span>
  );
}

/** Beside an action that the organization watches. */
function SensitiveMark({ action }: { action: string }) {
  const { isSensitive } = useLogPage();
  if (!isSensitive(action)) return null;
  return (
    <span data-slot="sensitive" title="Sensitive action" className="size-2 shrink-0 rotate-45 bg-caution">
      <span className="sr-only">Sensitive action</span>
    </span>
  );
}

export function ResourceCell({ event: { resource } }: { event: LoggedEvent }) {
  return (
    <span className="flex min-w-0 flex-col leading-[1.125rem] group-data-[rows=compact]/rows:leading-4">
      <span className="truncate">
        <MarkedText value={clip(resource.type, CELL_TEXT_MAX)} />
      </span>
      {resource.id === undefined ? <Absent /> : <ShortId id={resource.id} />}
    </span>
  );
}

/** The role, nothing else: by what it is called it is filtered for. */
function RoleBadge({ actor: { role } }: { actor: LoggedEvent["actor"] }) {
  if (role === undefined) return null;
  return (
    <Badge
      variant="outline"
      data-narrow="role"
      className="h-4 max-w-24 shrink-0 cursor-pointer rounded-[4px] px-1 text-[0.6875rem] leading-none text-muted-foreground hover:border-muted-foreground hover:text-foreground"
    >
      <span className="truncate">
        <VisibleText value={clip(role, CELL_TEXT_MAX)} />
      </span>
    </Badge>
  );
}

/** Both halves stay visible, however long each of them is. */
function ActingLine({ who, forWhom }: Acting) {
  return (
    <span className="flex min-w-0 gap-1" title={visibleText(clip(`${who} ${forWhom}`, CELL_TEXT_MAX))}>
      <span className="min-w-0 truncate">
        <MarkedText value={clip(who, CELL_TEXT_MAX)} />
      </span>{" "}
      <span className="max-w-[60%] shrink-0 truncate">
        <MarkedText value={clip(forWhom, CELL_TEXT_MAX)} />
      </span>
    </span>
  );
}

/** What there is to call somebody by who has no id. */
function ActorWithoutId({ event }: { event: LoggedEvent }) {
  const attempted = attemptedEmail(event);
  if (attempted === undefined) return event.actor.name === undefined ? <Absent /> : null;
  return (
    <span className="truncate text-xs text-muted-foreground" title="E-mail that was entered to sign in">
      <VisibleText value={clip(attempted, CELL_TEXT_MAX)} />
    </span>
  );
}

/** The name, or what was tried in place of one. */
function nameShown(event: LoggedEvent): string | undefined {
  const { actor } = event;
  return actor.name ?? (actor.id === undefined ? undefined : attemptedEmail(event));
}

export function UserCell({ event }: { event: LoggedEvent }) {
  const { actor } = event;
  const name = nameShown(event);
  const acting = actingOf(actor);
  return (
    <span className="flex min-w-0 flex-col leading-[1.125rem] group-data-[rows=compact]/rows:leading-4">
      {acting && <ActingLine {...acting} />}
      {acting === undefined && name !== undefined && (
        <span className="truncate">
          <MarkedText value={clip(name, CELL_TEXT_MAX)} />
        </span>
      )}
      <span className="flex min-w-0 items-center gap-1.5">
        <ActorMark type={actor.type} />
        {actor.id === undefined ? <ActorWithoutId event={event} /> : <ShortId id={actor.id} />}
        <RoleBadge actor={actor} />
      </span>
    </span>
  );
}

/** Who, and from where below: the address has the menu of its own column. Beside a new address, nothing but a letter of the id had room. */
export function UserAndAddressCell({ event }: { event: LoggedEvent }) {
  const { actor, context } = event;
  const name = nameShown(event);
  const acting = actingOf(actor);
  const address = context?.ip ?? context?.ip_text;
  return (
    <span className="flex min-w-0 flex-col leading-[1.125rem] group-data-[rows=compact]/rows:leading-4">
      <span className="flex min-w-0 items-center gap-1.5">
        <ActorMark type={actor.type} />
        {acting && <ActingLine {...acting} />}
        {acting === undefined && name !== undefined && (
          <span className="truncate">
            <MarkedText value={clip(name, CELL_TEXT_MAX)} />
          </span>
        )}
        {acting === undefined &&
          name === undefined &&
          (actor.id ? <ShortId id={actor.id} /> : <ActorWithoutId event={event} />)}
        <RoleBadge actor={actor} />
      </span>
      <span className="flex min-w-0 items-center gap-1.5">
        {(acting ?? name) !== undefined && actor.id !== undefined && !isNewAddress(event) && (
          <ShortId id={actor.id} head={address === undefined ? undefined : HEAD_BESIDE_ADDRESS} />
        )}
        {address !== undefined && (
          <span
            data-column="ip"
            title={visibleText(clip(address, CELL_TEXT_MAX))}
            className={cn(
              "relative truncate font-mono text-[0.6875rem]",
              isNewAddress(event) ? "min-w-0" : "max-w-[60%] shrink-0",
            )}
          >
            <VisibleText value={clip(address, CELL_TEXT_MAX)} />
          </span>
        )}
        <NewAddress event={event} brief />
      </span>
    </span>
  );
}

function isNewAddress(event: LoggedEvent): boolean {
  return event.firstSeen !== undefined || event.newAddress === true;
}

/** Beside an address that is new for the user: since when, for the first day; or that they were not there for long. @param brief where only a word less fits. */
function NewAddress({ event, brief = false }: { event: LoggedEvent; brief?: boolean }) {
  const { format } = useZone();
  if (!isNewAddress(event)) return null;
  const first = event.firstSeen && format(event.firstSeen);
  return (
    <span
      data-narrow={first && "first_seen"}
      title={
        first
          ? `This user was first seen at this address on ${first}. Click to see only such events`
          : "This user was not seen from this address in the 90 days before"
      }
      className={cn(
        "shrink-0 rounded-[4px] border border-caution-border bg-caution-surface px-1 text-[0.6875rem] leading-[0.9375rem] font-medium whitespace-nowrap text-caution group-data-[rows=compact]/rows:leading-[0.75rem]",
        first && "cursor-pointer hover:border-caution",
      )}
    >
      {first ? (
        <>
          First<span className={cn(brief && "sr-only")}> seen</span> {first.slice(11, 16)}
        </>
      ) : (
        "New IP"
      )}
    </span>
  );
}

export function TextCell({ text }: { text: string | undefined }) {
  if (text === undefined || text === "") return <Absent />;
  const shown = clip(text, CELL_TEXT_MAX);
  return (
    <span className="block truncate font-mono text-xs" title={visibleText(shown)}>
      <MarkedText value={shown} />
    </span>
  );
}

export function DescriptionCell({ event: { description } }: { event: LoggedEvent }) {
  if (description === undefined || description === "") return <Absent />;
  return (
    <span className="line-clamp-2 leading-[1.125rem] group-data-[rows=compact]/rows:leading-4 [overflow-wrap:anywhere]">
      <MarkedText value={clip(description, CELL_TEXT_MAX)} />
    </span>
  );
}

export function IpCell({ event }: { event: LoggedEvent }) {
  const { context } = event;
  if (context?.ip_text) {
    return (
      <span
        className="block max-w-full truncate text-xs text-muted-foreground"
        title={`Not an IP address: ${visibleText(clip(context.ip_text, CELL_TEXT_MAX))}`}
      >
        <VisibleText value={clip(context.ip_text, CELL_TEXT_MAX)} />
      </span>
    );
  }
  if (context?.ip === undefined) return <Absent />;
  return (
    <span className="flex min-w-0 flex-col items-start gap-0.5 group-data-[rows=compact]/rows:gap-0 group-data-[rows=compact]/rows:leading-4">
      <span className="block max-w-full truncate font-mono text-xs" title={context.ip}>
        {context.ip}
      </span>
      <NewAddress event={event} />
    </span>
  );
}
