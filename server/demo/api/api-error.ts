/** Refusals of the demo API server, in Kubernetes' own words (k8s.io/apimachinery pkg/api/errors). */
import { CodedError } from "#protocol/coded-error.ts";
import { failureStatus, type Status } from "#protocol/status.ts";

export type ApiErrorCode =
  | "Unauthorized"
  | "Forbidden"
  | "NotFound"
  | "BadRequest"
  | "MethodNotAllowed"
  | "NotAcceptable"
  | "Expired"
  | "TooManyRequests"
  | "InternalError";

const HTTP_STATUS: Record<ApiErrorCode, number> = {
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  BadRequest: 400,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  Expired: 410,
  TooManyRequests: 429,
  InternalError: 500,
};

export class ApiError extends CodedError<ApiErrorCode> {
  override readonly name = "ApiError";
  readonly httpStatus: number;
  constructor(
    code: ApiErrorCode,
    message: string,
    readonly details?: Status["details"],
    options?: { cause?: unknown },
  ) {
    super(code, message, options);
    this.httpStatus = HTTP_STATUS[code];
  }

  toStatus(): Status {
    const status = failureStatus(this.httpStatus, this.code, this.message);
    return this.details ? { ...status, details: this.details } : status;
  }

  /** Whatever was thrown, as something that can be answered; the text of a surprise stays in the log. */
  static from(error: unknown): ApiError {
    if (error instanceof ApiError) return error;
    return new ApiError("InternalError", "Internal error occurred: the demo cluster failed", undefined, {
      cause: error,
    });
  }
}

export function unauthorized(): ApiError {
  return new ApiError("Unauthorized", "Unauthorized");
}

export function badRequest(message: string): ApiError {
  return new ApiError("BadRequest", message);
}

export function notFound(plural: string, name: string): ApiError {
  return new ApiError("NotFound", `${plural} "${name}" not found`, { name, kind: plural });
}

/** An unknown path, as the API server's last handler says it. */
export function noSuchPath(): ApiError {
  return new ApiError("NotFound", "the server could not find the requested resource");
}

export function methodNotAllowed(): ApiError {
  return new ApiError("MethodNotAllowed", "the server does not allow this method on the requested resource");
}

/** The version a watch asks for has left the history. */
export function expired(requested: number, oldest: number): ApiError {
  return new ApiError("Expired", `too old resource version: ${requested} (${oldest})`);
}
