import { cva } from "class-variance-authority";

export const buttonVariants = cva(
  "inline-flex shrink-0 cursor-pointer items-center justify-center gap-2 rounded-md font-medium whitespace-nowrap transition-colors select-none disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-not-allowed aria-disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        default: "bg-primary text-primary-foreground not-disabled:hover:bg-primary-hover",
        destructive: "bg-destructive text-destructive-foreground not-disabled:hover:bg-destructive/90",
        outline: "border border-input bg-card text-foreground not-disabled:hover:bg-accent",
        ghost: "text-muted-foreground not-disabled:hover:bg-accent not-disabled:hover:text-foreground",
        link: "text-link underline-offset-4 not-disabled:hover:underline",
      },
      size: {
        default: "h-9 px-3.5 text-sm max-lg:h-11",
        small: "h-7 px-2 text-xs max-lg:h-11 max-lg:px-3 max-lg:text-sm",
        icon: "size-9 max-lg:size-11",
        /** Beside a text: 24 px with a mouse, 44 px by finger. */
        inline: "size-6 max-lg:size-11 [&_svg]:size-3.5",
      },
    },
    defaultVariants: { variant: "default", size: "default" },
  },
);
