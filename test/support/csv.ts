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
      for (;;) {
        const end = text.indexOf('"', at + 1);
        if (end < 0) fail("a quoted field without an end");
        field += text.slice(at + 1, end);
        at = end + 1;
        if (text[at] !== '"') break;
        field += '"';
      }
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
