import { memo } from "react";
import { visibleSegments } from "../text/visible.ts";

/**
 * Recorded text, made safe to look at: control, bidirectional and invisible characters are written out and marked, and the text
 * cannot reorder what is beside it. Copy buttons give the recorded text itself.
 */
export const VisibleText = memo(function VisibleText({
  value,
  keepLineBreaks = false,
}: {
  value: string;
  keepLineBreaks?: boolean;
}) {
  let offset = 0;
  return (
    <bdi>
      {visibleSegments(value, keepLineBreaks).map(({ text, escaped }) => {
        const key = offset;
        offset += text.length;
        return escaped ? (
          <span
            key={key}
            data-slot="escape"
            dir="ltr"
            className="rounded-xs bg-caution-surface font-mono text-[0.92em] text-caution"
          >
            {text}
          </span>
        ) : (
          text
        );
      })}
    </bdi>
  );
});
