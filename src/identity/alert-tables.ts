/** Where alerts, what they fired for and who is to be notified are stored. Times are milliseconds since the Unix epoch. */
export interface AlertTables {
  alert: {
    id: string;
    organization: string;
    name: string;
    /** JSON: what it fires for, and who hears of that. */
    settings: string;
    /** Encrypted with a key outside the database. */
    secrets: string;
    /** 1 while it is evaluated. */
    enabled: number;
    muted_until: number | null;
    revision: number;
    revised_at: number;
    /** JSON of the actor who created it, as they were then. */
    created_by: string;
    created_at: number;
    updated_at: number;
  };
  alert_firing: {
    id: string;
    organization: string;
    /** The alert can be gone. */
    alert: string;
    alert_name: string;
    at: number;
    /** JSON: what it fired for. */
    data: string;
    acknowledged_by: string | null;
    acknowledged_at: number | null;
    undelivered: string | null;
  };
  /** Who is still to be notified of a firing. */
  alert_notice: {
    firing: string;
    channel: "email" | "webhook";
    alert: string;
    /** When it was first to be sent. */
    due_at: number;
    next_at: number;
    attempts: number;
  };
}
