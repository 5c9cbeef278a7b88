import { Search } from "lucide-react";
import { Input } from "./field.tsx";

interface SearchInputProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Narrows a list as one types. */
export function SearchInput({ label, value, onChange }: SearchInputProps) {
  return (
    <div className="relative w-full max-w-sm max-lg:max-w-none">
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted-foreground"
      />
      <Input
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        maxLength={256}
        autoComplete="off"
        className="pl-9"
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
