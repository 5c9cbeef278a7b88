import type { Activity, Scene } from "../scene.ts";
import { CITIES, TABLES } from "../vocabulary.ts";

export function updateRecord({ organization, random }: Scene): Activity {
  const { name, field, values } = random.pick(TABLES);
  const row = random.between(1_000, 99_999);
  const resource = { type: "db", id: `db_${organization.id}.${name}:${row}`, name };
  if (random.chance(0.01)) {
    return {
      action: "db.update",
      outcome: "denied",
      resource,
      description: `Was refused a change of ${field} in ${name} row ${row}.`,
      metadata: { policy: { id: "row-level-write", reason: "role lacks write" }, field },
    };
  }
  const before = random.pick<string>(values);
  const after = random.pick<string>(values.filter((value) => value !== before));
  const description = `Changed ${field} of ${name} row ${row} from ${before} to ${after}.`;
  if (random.chance(0.5)) {
    return {
      action: "db.update",
      resource,
      description,
      changes: [{ path: field, before, after }],
      metadata: { query: { table: name, rows: 1, duration_ms: random.between(1, 80) } },
    };
  }
  const revision = random.between(1, 40);
  const address = { city: random.pick(CITIES), lines: [`Dock ${random.between(1, 60)}`, null] };
  return {
    action: "db.update",
    resource,
    description,
    metadata: {
      table: name,
      before: { [field]: before, revision, address },
      after: { [field]: after, revision: revision + 1, address },
    },
  };
}

export function deleteRecords({ organization, random }: Scene): Activity {
  const table = random.pick(organization.databases);
  const rows = random.chance(0.8) ? 1 : random.between(2, 400);
  const denied = random.chance(0.06);
  return {
    action: "db.delete",
    ...(denied ? { outcome: "denied" as const } : {}),
    resource: { type: "db", id: table.id, name: table.name },
    description: `${denied ? "Was refused the deletion of" : "Deleted"} ${rows === 1 ? "one row" : `${rows} rows`} from ${table.name}.`,
    metadata: {
      rows: denied ? 0 : rows,
      filter: { column: "updated_at", older_than_days: random.pick([30, 90, 365]) },
      ticket: `OPS-${random.between(100, 9999)}`,
    },
  };
}

export function purgeExpired({ organization, random }: Scene): Activity {
  const table = random.pick(organization.databases);
  const rows = random.between(5, 3_000);
  return {
    action: "db.delete",
    resource: { type: "db", id: table.id, name: table.name },
    description: `Purged ${rows} expired rows from ${table.name} under the retention policy.`,
    metadata: {
      rows,
      retention: { policy: "default", keep_days: 730 },
      job: { run: random.between(1, 900), ok: true },
    },
  };
}
