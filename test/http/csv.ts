/**
 * A reader of RFC 4180, written from its grammar and from nothing else: records end with CRLF, fields may be quoted, inside quotes a
 * quote is doubled and line ends are the field's own. @throws Error for any other text.
 */
export function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  const fail = (what: string): never => {
    throw new Error(`not RFC 4180 at ${at}: ${what} in ${JSON.stringify(text.slice(at - 20, at + 20))}`);
  };
  while (at < text.length) {
    let field = "";
    if (text[at] === '"') {
      for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
        if (at >= text.length) fail("a quoted field without an end");
        if (text[at] === '"') at++;
        field += text[at];
      }
      at++;
    } else {
      for (; at < text.length && text[at] !== "," && text[at] !== "\r" && text[at] !== "\n"; at++) {
        if (text[at] === '"') fail("a quote inside a field that is not quoted");
        field += text[at];
      }
    }
    record.push(field);
    if (text[at] === ",") at++;
    else if (text.startsWith("\r\n", at)) {
      records.push(record);
      record = [];
      at += 2;
    } else fail("neither a comma nor CRLF after a field");
  }
  if (record.length > 0) fail("a record without CRLF");
  return records;
}
