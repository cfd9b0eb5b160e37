import type { ComponentProps } from "react";
import { cn } from "../cn.ts";

/** The 16 px on a narrow window keep a phone from zooming in when the field gets the focus. */
const inputClasses =
  "h-7.5 w-full min-w-0 rounded-md border border-line-strong bg-background px-2.25 text-base text-text placeholder:text-faint max-wide:h-9.5 max-wide:text-[1rem] aria-invalid:border-bad";

export function Input({ className, type = "text", ...props }: ComponentProps<"input">) {
  return (
    <input
      type={type}
      autoComplete="off"
      autoCapitalize="off"
      autoCorrect="off"
      spellCheck={false}
      className={cn(inputClasses, className)}
      {...props}
    />
  );
}
