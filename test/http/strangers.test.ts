import { addresses } from "./strangers/addresses.ts";
import { bodies } from "./strangers/bodies.ts";
import { filters } from "./strangers/filters.ts";
import { openForStrangers } from "./strangers/fixture.ts";
import { origins } from "./strangers/origins.ts";
import { parameters } from "./strangers/parameters.ts";
import { requests } from "./strangers/requests.ts";

/** What users of other audit logs and of HTTP servers report as faults, tried on Daybook: one row, one request. */

openForStrangers();
addresses();
parameters();
requests();
filters();
bodies();
origins();
