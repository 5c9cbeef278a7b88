/**
 * Runs before each test file. The processes that tests start inherit this environment: what they print is compared with plain text, also
 * where a terminal or a CI system asks for colours. Node.js warns of NO_COLOR beside FORCE_COLOR.
 */
process.env.NO_COLOR = "1";
for (const name of ["FORCE_COLOR", "CLICOLOR_FORCE"]) delete process.env[name];
