/** The deployment itself, as an organization: Daybook records there what concerns no other, and its owner is who set Daybook up. */
export const PLATFORM_ORGANIZATION = "daybook";
