"use client";
import { cva, type VariantProps } from "class-variance-authority";
import { Slot } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "./cn";
import { Tooltip } from "./tooltip";

const button = cva(
  "inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md border transition-colors duration-75 aria-disabled:opacity-55 disabled:opacity-55 [&_svg]:size-3.5 [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        primary:
          "border-accent bg-accent font-semibold text-on-accent not-aria-disabled:hover:brightness-110 active:brightness-95",
        default:
          "border-line bg-raise text-text not-aria-disabled:hover:border-line-strong not-aria-disabled:hover:bg-hover",
        ghost:
          "border-transparent bg-transparent text-dim not-aria-disabled:hover:bg-hover not-aria-disabled:hover:text-text",
        danger: "border-bad bg-bad font-semibold text-on-bad not-aria-disabled:hover:brightness-110",
      },
      size: {
        sm: "h-6.5 px-2.25 text-sm max-wide:h-8.5",
        md: "h-7.5 px-2.75 text-base max-wide:h-9.5",
      },
      square: { true: "px-0", false: "" },
    },
    compoundVariants: [
      { square: true, size: "sm", class: "w-6.5 max-wide:w-8.5" },
      { square: true, size: "md", class: "w-7.5 max-wide:w-9.5" },
    ],
    defaultVariants: { variant: "default", size: "md", square: false },
  },
);

export interface ButtonProps extends ComponentProps<"button">, VariantProps<typeof button> {
  /** Renders the only child (a link) with the button's looks. */
  asChild?: boolean;
  /** Why it cannot be used now. It stays reachable by keyboard, so that the reason can be read. */
  reason?: string | undefined;
}

export function Button({
  variant,
  size,
  square,
  asChild,
  reason,
  className,
  onClick,
  ...props
}: ButtonProps) {
  const classes = cn(button({ variant, size, square }), className);
  if (asChild) return <Slot.Root className={classes} onClick={onClick} {...props} />;
  if (reason === undefined) return <button type="button" className={classes} onClick={onClick} {...props} />;
  return (
    <Tooltip content={reason}>
      <button
        type="button"
        className={classes}
        {...props}
        aria-disabled
        aria-description={reason}
        onClick={(event) => event.preventDefault()}
      />
    </Tooltip>
  );
}
