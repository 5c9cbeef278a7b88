/**
 * What a node that lost its lease cannot get past. Every statement in which a leader writes begins with it, in the same transaction: it finds the
 * lease's row only while the epoch ($2) of the log ($1) is still the lease's, and locks it, so that no other node takes the lease meanwhile.
 */
export const FENCE = "select 1 as held from daybook_log_lease where log = $1 and epoch = $2 for update";
