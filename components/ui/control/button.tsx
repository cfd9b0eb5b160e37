"use client";
import { type ComponentProps, cloneElement, type ReactElement } from "react";
import { cn } from "../cn.ts";
import { Tooltip } from "./tooltip.tsx";

const BASE =
  "inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md border transition-colors duration-75 aria-disabled:opacity-55 disabled:opacity-55 [&_svg]:size-3.5 [&_svg]:shrink-0";

const VARIANTS = {
  primary:
    "border-accent bg-accent font-semibold text-on-accent not-aria-disabled:hover:brightness-110 active:brightness-95",
  default:
    "border-line bg-raise text-text not-aria-disabled:hover:border-line-strong not-aria-disabled:hover:bg-hover",
  ghost:
    "border-transparent bg-transparent text-dim not-aria-disabled:hover:bg-hover not-aria-disabled:hover:text-text",
  danger: "border-bad bg-bad font-semibold text-on-bad not-aria-disabled:hover:brightness-110",
} as const;

/** A narrow window is a finger's: everything is a little larger there. */
const SIZES = {
  sm: { height: "h-6.5 text-sm max-wide:h-8.5", wide: "px-2.25", square: "w-6.5 max-wide:w-8.5" },
  md: { height: "h-7.5 text-base max-wide:h-9.5", wide: "px-2.75", square: "w-7.5 max-wide:w-9.5" },
} as const;

interface ButtonProps extends ComponentProps<"button"> {
  variant?: keyof typeof VARIANTS;
  size?: keyof typeof SIZES;
  /** As wide as high, for an icon. */
  square?: boolean;
  /** Renders the only child (a link) with the button's looks. */
  asChild?: boolean;
  /** Why it cannot be used now. It stays reachable by keyboard, so that the reason can be read. */
  reason?: string | undefined;
}

/**
 * A button that cannot be used now gives a reason instead of being disabled: a disabled one takes no focus and no
 * pointer, so nobody could learn why.
 */
export function Button({
  variant = "default",
  size = "md",
  square = false,
  asChild,
  reason,
  className,
  onClick,
  ...props
}: ButtonProps) {
  const { height, ...widths } = SIZES[size];
  const classes = cn(BASE, VARIANTS[variant], height, square ? widths.square : widths.wide, className);
  if (asChild) {
    const { children, ...rest } = props;
    const child = children as ReactElement<{ className?: string }>;
    return cloneElement(child, { ...rest, className: cn(classes, child.props.className) });
  }
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
